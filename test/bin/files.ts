import {createCanvas} from "@napi-rs/canvas";
import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {deflateSync} from "node:zlib";
import {afterAll} from "vitest";

/** Returns a new folder that goes when the tests of the file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "deeplab-"));
  afterAll(() => rmSync(folder, {recursive: true, force: true}));
  return folder;
}

/** The CRC-32 of the PNG specification, bit by bit. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; ++bit) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Returns a chunk of a PNG file. */
export function chunk(type: string, data: ArrayLike<number>): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), Uint8Array.from(data)]);
  return Buffer.concat([word(data.length), body, word(crc32(body))]);
}

/** Returns a PNG file of a header of one's choice and filtered rows, in chunks of *split* bytes. */
export function buildPng(
  header: {width: number; height: number; depth?: number; colorType?: number; interlace?: number},
  rows: Uint8Array,
  options: {before?: Buffer[]; split?: number; deflated?: boolean} = {}
): Buffer {
  const {width, height, depth = 8, colorType = 0, interlace = 0} = header;
  const {before = [], split = Infinity, deflated = false} = options;
  const data = deflated ? rows : deflateSync(rows);
  const chunks: Buffer[] = [];
  for (let i = 0; i < data.length; i += split) chunks.push(chunk("IDAT", data.slice(i, i + split)));
  return Buffer.concat([
    Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", [...word(width), ...word(height), depth, colorType, 0, 0, interlace]),
    ...before,
    ...chunks,
    chunk("IEND", [])
  ]);
}

/** Returns a JPEG of four plain quarters: red, green; blue, white. */
export function quartersJpeg(width: number, height: number): Buffer {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  ["#f00", "#0f0", "#00f", "#fff"].forEach((color, i) => {
    context.fillStyle = color;
    context.fillRect(((i & 1) * width) / 2, ((i >> 1) * height) / 2, width / 2, height / 2);
  });
  return canvas.toBuffer("image/jpeg", 95);
}

/** Returns *jpeg* with an EXIF segment that holds an orientation, in either byte order. */
export function withOrientation(jpeg: Buffer, orientation: number, littleEndian = false): Buffer {
  const [two, four] = littleEndian
    ? [(n: number) => [n, 0], (n: number) => [n, 0, 0, 0]]
    : [(n: number) => [0, n], (n: number) => [0, 0, 0, n]];
  const tag = littleEndian ? [0x12, 0x01] : [0x01, 0x12];
  const mark = littleEndian ? "II" : "MM";
  const tiff = [...two(42), ...four(8), ...two(1)];
  const entry = [...tag, ...two(3), ...four(1), ...two(orientation), 0, 0, ...four(0)];
  const body = Buffer.concat([
    Buffer.from(`Exif\0\0${mark}`, "latin1"),
    Buffer.from([...tiff, ...entry])
  ]);
  const segment = Buffer.concat([Buffer.of(0xff, 0xe1, 0, body.length + 2), body]);
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
}

/** A progressive JPEG of 32×32 pixels with the same four quarters, whose scans are many. */
export const progressiveJpeg = Buffer.from(
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAoHBwgHBgoICAgLCgoLDhgQDg0NDh0VFhEYIx8lJCIfIiEmKzcvJik0" +
    "KSEiMEExNDk7Pj4+JS5ESUM8SDc9Pjv/2wBDAQoLCw4NDhwQEBw7KCIoOzs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7" +
    "Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozv/wgARCAAgACADASIAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAA" +
    "AAUGB//EABcBAAMBAAAAAAAAAAAAAAAAAAUGBwT/2gAMAwEAAhADEAAAAZQHOd4DpDjhVWLrYTNP/8QAFBABAAAA" +
    "AAAAAAAAAAAAAAAAQP/aAAgBAQABBQIH/8QAFBEBAAAAAAAAAAAAAAAAAAAAIP/aAAgBAwEBPwEf/8QAFBEBAAAA" +
    "AAAAAAAAAAAAAAAAIP/aAAgBAgEBPwEf/8QAFBABAAAAAAAAAAAAAAAAAAAAQP/aAAgBAQAGPwIH/8QAFBABAAAA" +
    "AAAAAAAAAAAAAAAAQP/aAAgBAQABPyEH/9oADAMBAAIAAwAAABAAL0D/xAAUEQEAAAAAAAAAAAAAAAAAAAAg/9oA" +
    "CAEDAQE/EB//xAAUEQEAAAAAAAAAAAAAAAAAAAAg/9oACAECAQE/EB//xAAUEAEAAAAAAAAAAAAAAAAAAABA/9oA" +
    "CAEBAAE/EAf/2Q==",
  "base64"
);
