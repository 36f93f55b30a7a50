import {createCanvas} from "@napi-rs/canvas";
import {describe, expect, it} from "vitest";
import {headerSize, readPhoto, sniffFormat} from "../../src/notebook/photo.ts";

const bytesOf = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const file = (bytes: Uint8Array, name: string) =>
  new File([bytes as Uint8Array<ArrayBuffer>], name);

/** A PNG's first bytes, which state a size; its pixels are not there. */
function pngHeader(width: number, height: number): Uint8Array {
  const bytes = bytesOf("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0\x08\x02\0\0\0");
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}

describe("sniffFormat", () => {
  it("goes by the bytes", () => {
    expect(sniffFormat(pngHeader(1, 1))).toBe("PNG");
    expect(sniffFormat(bytesOf("GIF89a\x01\0"))).toBe("GIF");
    expect(sniffFormat(bytesOf("RIFF\0\0\0\0WEBPVP8 "))).toBe("WebP");
    expect(sniffFormat(bytesOf("\0\0\0\x18ftypheic"))).toBe("HEIC");
    expect(sniffFormat(bytesOf("hello, I am text"))).toBe(null);
    expect(sniffFormat(new Uint8Array())).toBe(null);
  });
});

describe("headerSize", () => {
  it("reads the size of each format that is accepted", async () => {
    const canvas = createCanvas(301, 203);
    for (const type of ["png", "jpeg", "webp"] as const) {
      const bytes = new Uint8Array(await canvas.encode(type as "png"));
      expect(headerSize(bytes), type).toEqual({width: 301, height: 203});
    }
  });

  it("returns null for a header that is cut off, at any byte", async () => {
    const jpeg = new Uint8Array(await createCanvas(64, 32).encode("jpeg"));
    for (let n = 0; n < 100; ++n) {
      expect([null, 64]).toContain(headerSize(jpeg.subarray(0, n))?.width ?? null);
    }
  });
});

describe("readPhoto refuses, naming the file, the value and what is legal", () => {
  const cases: [string, Uint8Array, RegExp][] = [
    ["text.jpg", bytesOf("hello"), /^text\.jpg: not a picture; choose a PNG, JPEG or WebP/],
    ["empty.png", new Uint8Array(), /^empty\.png: the file is empty/],
    ["moving.gif", bytesOf("GIF89a\x01\0\x01\0"), /^moving\.gif: GIF files are not read/],
    ["dot.png", pngHeader(1, 1), /1×1.*16×16/],
    ["huge.png", pngHeader(12000, 9000), /12000×9000.*50 megapixels/],
    ["cut.png", pngHeader(64, 64).subarray(0, 12), /cut off/]
  ];
  for (const [name, bytes, words] of cases) {
    it(name, async () => {
      await expect(readPhoto(file(bytes, name))).rejects.toThrow(words);
    });
  }
});
