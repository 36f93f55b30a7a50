/** Whether *bytes* start as a JPEG file does. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes.length >= 3 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/**
 * Returns the size of a JPEG picture as it is stored, before its EXIF orientation turns it, without
 * decoding it. Throws an Error if the file is truncated, its picture data included, or has no
 * picture.
 */
export function readJpegSize(bytes: Uint8Array): {width: number; height: number} {
  let size: {width: number; height: number} | undefined;
  for (let i = 2; i + 4 <= bytes.length;) {
    if (bytes[i] !== 0xff) throw new Error(`the JPEG file is damaged: no marker at byte ${i}`);
    const marker = bytes[i + 1];
    if (marker === 0xff) {
      ++i; // a fill byte
      continue;
    }
    const length = (bytes[i + 2] << 8) | bytes[i + 3];
    if (isFrame(marker) && i + 9 <= bytes.length) {
      const height = (bytes[i + 5] << 8) | bytes[i + 6];
      const width = (bytes[i + 7] << 8) | bytes[i + 8];
      size = {width, height};
    }
    if (marker === 0xda) {
      if (!size) throw new Error("the JPEG file is damaged: its picture has no size");
      if (!reachesEnd(bytes, i + 2 + length)) break;
      return size;
    }
    i += 2 + length;
  }
  throw new Error("the JPEG file is truncated");
}

/** Start-of-frame markers are C0 to CF, without the tables C4, C8 and CC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Whether an end-of-image marker follows the entropy-coded data that start at byte *i*. */
function reachesEnd(bytes: Uint8Array, i: number): boolean {
  // In coded data, a byte FF is followed by 00 or a restart marker; other segments may lie between
  // the scans of a progressive picture, and a thumbnail only before the first.
  while (i + 1 < bytes.length) {
    i = bytes.indexOf(0xff, i);
    if (i < 0) return false;
    const marker = bytes[i + 1];
    if (marker === 0xd9) return true;
    const hasLength = marker >= 0xc0 && marker !== 0xff && !(marker >= 0xd0 && marker <= 0xd7);
    i += hasLength ? 2 + ((bytes[i + 2] << 8) | bytes[i + 3]) : marker === 0xff ? 1 : 2;
  }
  return false;
}
