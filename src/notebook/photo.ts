import {checkPictureSize, inputSize, resizePicture, type Picture} from "../model/picture.ts";

/** A photograph that the reader chose, ready to show and to segment. */
export interface Photo {
  name: string;
  /** Its own size in pixels, turned the way up that its EXIF data say. */
  width: number;
  height: number;
  /** What the page shows and saves: the photograph, at most 1280 pixels a side. */
  picture: Picture;
  /** What the network sees: the same at the network's input size. */
  input: Picture;
  /** The size at which the page labels it: at most 514 pixels a side. */
  labels: {width: number; height: number};
}

/** The longest side at which a photograph is kept, in pixels. */
const longestSide = 1280;

const legal = "choose a PNG, JPEG or WebP picture";

/** What the first bytes of a file can say that it is. */
const signatures: readonly [name: string, pattern: RegExp][] = [
  ["PNG", /^\x89PNG\r\n\x1a\n/],
  ["JPEG", /^\xff\xd8\xff/],
  ["WebP", /^RIFF[^]{4}WEBP/],
  ["GIF", /^GIF8[79]a/],
  ["BMP", /^BM[^]{4}\0\0\0\0/],
  ["TIFF", /^(II\*\0|MM\0\*)/],
  ["AVIF", /^[^]{4}ftyp(avif|avis)/],
  ["HEIC", /^[^]{4}ftyp(heic|heix|mif1|msf1)/],
  ["PDF", /^%PDF-/],
  ["SVG", /^\s*(<\?xml[^]*?)?(<!--[^]*?-->\s*)*(<!DOCTYPE svg[^]*?)?<svg[\s>]/]
];

/** Returns the name of the format that a file with these first bytes has, or null. */
export function sniffFormat(bytes: Uint8Array): string | null {
  const start = String.fromCharCode(...bytes.subarray(0, 1024));
  return signatures.find(([, pattern]) => pattern.test(start))?.[0] ?? null;
}

/**
 * Returns the size in pixels that the header of a PNG, JPEG or WebP file states, before rotation,
 * or null if it states none: so that a huge picture is refused before it is decoded.
 */
export function headerSize(bytes: Uint8Array): {width: number; height: number} | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    switch (sniffFormat(bytes)) {
      case "PNG":
        return {width: view.getUint32(16), height: view.getUint32(20)};
      case "JPEG":
        return jpegSize(view);
      case "WebP":
        return webpSize(view);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // the header is cut off
  }
  return null;
}

function jpegSize(view: DataView): {width: number; height: number} | null {
  let at = 2;
  for (;;) {
    while (view.getUint8(at) !== 0xff) ++at;
    while (view.getUint8(at) === 0xff) ++at;
    const marker = view.getUint8(at++);
    // Start of frame: every marker from C0 to CF but the tables C4 and CC, and the reserved C8.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return {width: view.getUint16(at + 5), height: view.getUint16(at + 3)};
    }
    if (marker === 0xd9 || marker === 0xda) return null;
    if (marker !== 0x01 && !(marker >= 0xd0 && marker <= 0xd7)) at += view.getUint16(at);
  }
}

function webpSize(view: DataView): {width: number; height: number} | null {
  const uint24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  switch (view.getUint32(12)) {
    case 0x56503858: // "VP8X"
      return {width: uint24(24) + 1, height: uint24(27) + 1};
    case 0x5650384c: {
      // "VP8L": fourteen bits each, less one
      const bits = view.getUint32(21, true);
      return {width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1};
    }
    case 0x56503820: // "VP8 "
      return {
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff
      };
  }
  return null;
}

/**
 * Returns the photograph in *file*, the right way up and at most 1280 pixels a side. Nothing
 * leaves the device.
 *
 * Throws an Error that names the file, what is wrong with it and what is legal: a file that is no
 * PNG, JPEG or WebP picture, one smaller than 16×16 or larger than 50 megapixels, or one that the
 * browser cannot decode.
 */
export async function readPhoto(file: Blob & {name?: string}): Promise<Photo> {
  const name = file.name ?? "the pasted picture";
  const refuse = (reason: string) => new Error(`${name}: ${reason}`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const format = sniffFormat(bytes);
  if (format === null) {
    throw refuse(bytes.length === 0 ? `the file is empty; ${legal}` : `not a picture; ${legal}`);
  }
  if (!["PNG", "JPEG", "WebP"].includes(format)) {
    throw refuse(`${format} files are not read; ${legal}`);
  }
  const stated = headerSize(bytes);
  if (stated === null) throw refuse(`a ${format} file cut off before its size; ${legal}`);
  try {
    checkPictureSize(stated.width, stated.height);
  } catch (error) {
    throw refuse((error as Error).message);
  }
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(new Blob([bytes]), {imageOrientation: "from-image"});
  } catch {
    throw refuse(`a ${format} file that this browser cannot decode; it may be damaged`);
  }
  const {width, height} = bitmap;
  const picture = shrink(bitmap);
  const [inputHeight, inputWidth] = inputSize(picture.width, picture.height);
  return {
    name,
    width,
    height,
    picture,
    input: resizePicture(picture, inputWidth, inputHeight),
    labels: fit(picture, 514)
  };
}

/** Returns the bitmap's pixels, at most 1280 a side, and frees it. */
function shrink(bitmap: ImageBitmap): Picture {
  // The canvas halves a very large bitmap coarsely; the project's own resize does the rest.
  const {width, height} = fit(bitmap, 2 * longestSide);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", {willReadFrequently: true});
  if (context === null) throw new Error("this browser has no 2-D canvas");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  const {data} = context.getImageData(0, 0, width, height);
  const final = fit(bitmap, longestSide);
  bitmap.close();
  return resizePicture({width, height, data}, final.width, final.height);
}

/** Returns the size of a picture shrunk to at most *longest* pixels a side, and at least 16. */
function fit(
  {width, height}: {width: number; height: number},
  longest: number
): {width: number; height: number} {
  const scale = Math.min(1, longest / Math.max(width, height));
  const side = (length: number) => Math.max(16, Math.round(length * scale));
  return {width: side(width), height: side(height)};
}
