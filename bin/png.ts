import {deflateSync, inflateSync} from "node:zlib";

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** How samples make a color, by the code that the header gives. */
const colorTypes = new Map([
  [0, {name: "grayscale", channels: 1}],
  [2, {name: "RGB", channels: 3}],
  [3, {name: "palette", channels: 1}],
  [4, {name: "grayscale with alpha", channels: 2}],
  [6, {name: "RGB with alpha", channels: 4}]
]);

/** What the header of a PNG file says. */
export interface PngHeader {
  width: number;
  height: number;
  /** Bits per sample. */
  depth: number;
  /** The code of a color type: 0 is grayscale, 3 palette. */
  colorType: number;
  interlaced: boolean;
}

/** Whether *bytes* start as a PNG file does. */
export function isPng(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && signature.every((byte, i) => bytes[i] === byte);
}

/** Returns the header of a PNG file without decoding it. Throws an Error if it has none. */
export function readPngHeader(bytes: Uint8Array): PngHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33) throw new Error("the PNG file is truncated: its header is incomplete");
  if (view.getUint32(8) !== 13 || chunkType(bytes, 8) !== "IHDR") {
    throw new Error("invalid PNG file: it does not begin with a header");
  }
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    depth: bytes[24],
    colorType: bytes[25],
    interlaced: bytes[28] !== 0
  };
}

/**
 * Returns the data chunks of a PNG file. Throws an Error if the file is truncated, or damaged as
 * the checksum of any chunk tells.
 */
export function pngData(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data: Uint8Array[] = [];
  for (let start = 8; start + 12 <= bytes.length;) {
    const end = start + 8 + view.getUint32(start);
    if (end + 4 > bytes.length) break;
    const type = chunkType(bytes, start);
    if (checksum(bytes.subarray(start + 4, end)) !== view.getUint32(end)) {
      throw new Error(`the PNG file is damaged: wrong checksum at byte ${start}`);
    }
    if (type === "IDAT") data.push(bytes.subarray(start + 8, end));
    if (type === "IEND") return data;
    start = end + 4;
  }
  throw new Error("the PNG file is truncated");
}

/**
 * Returns the samples of a grayscale or palette PNG file of up to 8 bits exactly as they are
 * stored, row-major: no gamma, no color profile, no palette is applied. So labels are read.
 *
 * Throws an Error for other kinds of PNG, and for truncated or damaged files.
 */
export function readPngSamples(bytes: Uint8Array): {
  width: number;
  height: number;
  samples: Uint8Array;
} {
  const {width, height, depth, colorType, interlaced} = readPngHeader(bytes);
  if (!((colorType === 0 || colorType === 3) && depth <= 8 && !interlaced)) {
    const type = colorTypes.get(colorType)?.name ?? `color type ${colorType}`;
    throw new Error(
      `labels are read from grayscale or palette PNG files of up to 8 bits, not interlaced; ` +
        `this one is ${depth}-bit ${type}${interlaced ? ", interlaced" : ""}`
    );
  }
  const rowBytes = Math.ceil((width * depth) / 8);
  const filtered = inflate(pngData(bytes), height * (rowBytes + 1));
  const rows = unfilter(filtered, rowBytes, height, 1);
  if (depth === 8) return {width, height, samples: rows};
  const samples = new Uint8Array(width * height);
  for (let y = 0, o = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x, ++o) {
      const bit = x * depth;
      const byte = rows[y * rowBytes + (bit >> 3)];
      samples[o] = (byte >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
    }
  }
  return {width, height, samples};
}

/** Returns exactly *length* bytes out of zlib data, whatever a hostile file would expand to. */
function inflate(chunks: Uint8Array[], length: number): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = inflateSync(Buffer.concat(chunks), {maxOutputLength: length + 1});
  } catch (error) {
    throw new Error("the PNG file is damaged: its data do not inflate", {cause: error});
  }
  if (bytes.length < length) throw new Error("the PNG file is damaged: rows are missing");
  return bytes;
}

/** Undoes the row filters of the PNG specification, section 9. */
function unfilter(
  filtered: Uint8Array,
  rowBytes: number,
  height: number,
  pixelBytes: number
): Uint8Array {
  const rows = new Uint8Array(rowBytes * height);
  for (let y = 0, i = 0, o = 0; y < height; ++y) {
    const filter = filtered[i++];
    if (filter > 4) throw new Error(`the PNG file is damaged: filter ${filter} in row ${y}`);
    for (let x = 0; x < rowBytes; ++x, ++i, ++o) {
      const left = x >= pixelBytes ? rows[o - pixelBytes] : 0;
      const above = y > 0 ? rows[o - rowBytes] : 0;
      const corner = x >= pixelBytes && y > 0 ? rows[o - rowBytes - pixelBytes] : 0;
      rows[o] = filtered[i] + predict(filter, left, above, corner);
    }
  }
  return rows;
}

function predict(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const estimate = left + above - corner;
  const toLeft = Math.abs(estimate - left);
  const toAbove = Math.abs(estimate - above);
  const toCorner = Math.abs(estimate - corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/**
 * Returns a PNG file of 8-bit samples, row-major: grayscale for one *channel*, RGB for three.
 *
 * Throws a RangeError if there are not width × height × channels samples.
 */
export function writePng(
  width: number,
  height: number,
  channels: 1 | 3,
  samples: ArrayLike<number> & Iterable<number>
): Uint8Array {
  if (samples.length !== width * height * channels) {
    throw new RangeError(
      `invalid samples: ${samples.length} for ${width}×${height} pixels of ${channels}`
    );
  }
  // Photographs compress better as differences from the pixel to the left, labels as they are.
  const filter = channels === 3 ? 1 : 0;
  const rowBytes = width * channels;
  const filtered = new Uint8Array(height * (rowBytes + 1));
  for (let y = 0, i = 0, o = 0; y < height; ++y) {
    filtered[o++] = filter;
    for (let x = 0; x < rowBytes; ++x, ++i, ++o) {
      filtered[o] = samples[i] - (filter && x >= channels ? samples[i - channels] : 0);
    }
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  header[9] = channels === 3 ? 2 : 0;
  return Buffer.concat([
    signature,
    writeChunk("IHDR", header),
    writeChunk("IDAT", deflateSync(filtered)),
    writeChunk("IEND", new Uint8Array())
  ]);
}

function writeChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(data.length + 12);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; ++i) chunk[4 + i] = type.charCodeAt(i);
  chunk.set(data, 8);
  view.setUint32(8 + data.length, checksum(chunk.subarray(4, 8 + data.length)));
  return chunk;
}

function chunkType(bytes: Uint8Array, start: number): string {
  return String.fromCharCode(...bytes.subarray(start + 4, start + 8));
}

/** The remainders of CRC-32 for each byte. */
const remainders = Uint32Array.from({length: 256}, (_, byte) => {
  for (let bit = 0; bit < 8; ++bit) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});

/** The CRC-32 of *bytes*; Node has one of its own from 22 on only. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; ++i) crc = remainders[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}
