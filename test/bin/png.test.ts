import {createCanvas, loadImage} from "@napi-rs/canvas";
import {deflateSync} from "node:zlib";
import {describe, expect, it} from "vitest";
import {pngData, readPngHeader, readPngSamples, writePng} from "../../bin/png.ts";
import {mulberry32} from "../../src/model/random.ts";
import {buildPng, chunk} from "./files.ts";

function samplesOf(count: number, seed: number, most = 256): Uint8Array {
  const random = mulberry32(seed);
  return Uint8Array.from({length: count}, () => Math.floor(random() * most));
}

/** The row filters of the PNG specification, forward, and each row with another filter. */
function filterRows(samples: Uint8Array, width: number, height: number): Uint8Array {
  const rows: number[] = [];
  for (let y = 0; y < height; ++y) {
    const filter = y % 5;
    rows.push(filter);
    for (let x = 0; x < width; ++x) {
      const at = (dx: number, dy: number) =>
        x + dx < 0 || y + dy < 0 ? 0 : samples[(y + dy) * width + x + dx];
      const [a, b, c] = [at(-1, 0), at(0, -1), at(-1, -1)];
      const [pa, pb, pc] = [b - c, a - c, a + b - 2 * c].map(Math.abs);
      const paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
      rows.push((at(0, 0) - [0, a, b, (a + b) >> 1, paeth][filter]) & 255);
    }
  }
  return Uint8Array.from(rows);
}

describe("readPngSamples", () => {
  it("reads what writePng writes", () => {
    for (const [w, h] of [
      [16, 16],
      [1, 5],
      [37, 23]
    ]) {
      const samples = samplesOf(w * h, w);
      const file = writePng(w, h, 1, samples);
      expect(readPngHeader(file)).toEqual({
        width: w,
        height: h,
        depth: 8,
        colorType: 0,
        interlaced: false
      });
      const read = readPngSamples(file);
      expect([read.width, read.height]).toEqual([w, h]);
      expect(read.samples).toEqual(samples);
    }
  });

  it("undoes every row filter", () => {
    const samples = samplesOf(29 * 31, 4);
    const file = buildPng({width: 29, height: 31}, filterRows(samples, 29, 31));
    expect(readPngSamples(file).samples).toEqual(samples);
  });

  it("takes samples as they are: no gamma, no palette, data in many chunks", () => {
    const samples = samplesOf(20 * 20, 5, 12);
    const rows = filterRows(samples, 20, 20);
    const gamma = chunk("gAMA", [0, 0, 0x56, 0]);
    const file = buildPng({width: 20, height: 20}, rows, {before: [gamma], split: 7});
    expect(readPngSamples(file).samples).toEqual(samples);
    const palette = chunk("PLTE", samplesOf(36, 6));
    const indexed = buildPng({width: 20, height: 20, colorType: 3}, rows, {before: [palette]});
    expect(readPngSamples(indexed).samples).toEqual(samples);
  });

  it.each([1, 2, 4])("unpacks samples of %i bits", (depth) => {
    const width = 19;
    const samples = samplesOf(width * 8, depth, 2 ** depth);
    const rowBytes = Math.ceil((width * depth) / 8);
    const rows = new Uint8Array(8 * (rowBytes + 1));
    samples.forEach((sample, i) => {
      const bit = (i % width) * depth;
      const byte = Math.floor(i / width) * (rowBytes + 1) + 1 + (bit >> 3);
      rows[byte] |= sample << (8 - depth - (bit & 7));
    });
    const file = buildPng({width, height: 8, depth, colorType: 3}, rows);
    expect(readPngSamples(file).samples).toEqual(samples);
  });

  it("names what it does not read", () => {
    const color = writePng(16, 16, 3, samplesOf(768, 1));
    expect(() => readPngSamples(color)).toThrow("this one is 8-bit RGB");
    const deep = buildPng({width: 16, height: 16, depth: 16}, new Uint8Array(16 * 33));
    expect(() => readPngSamples(deep)).toThrow("this one is 16-bit grayscale");
    const laced = buildPng({width: 16, height: 16, interlace: 1}, new Uint8Array(272));
    expect(() => readPngSamples(laced)).toThrow("this one is 8-bit grayscale, interlaced");
  });

  it("tells a truncated file from a damaged one, at every byte", () => {
    const file = writePng(16, 16, 1, samplesOf(256, 2));
    for (let length = 8; length < file.length; ++length) {
      expect(() => readPngSamples(file.subarray(0, length))).toThrow("the PNG file is truncated");
    }
    for (let i = 37; i < file.length - 12; ++i) {
      const damaged = file.slice();
      damaged[i] ^= 1;
      expect(() => readPngSamples(damaged)).toThrow(/truncated|damaged/);
    }
  });

  it("expands no more than the header's size needs", () => {
    const bomb = deflateSync(new Uint8Array(50e6));
    const file = buildPng({width: 16, height: 16}, bomb, {deflated: true});
    expect(() => readPngSamples(file)).toThrow("damaged: its data do not inflate");
    const short = buildPng({width: 16, height: 16}, new Uint8Array(100));
    expect(() => readPngSamples(short)).toThrow("damaged: rows are missing");
    const odd = buildPng({width: 16, height: 16}, new Uint8Array(272).fill(9));
    expect(() => readPngSamples(odd)).toThrow("damaged: filter 9 in row 0");
  });
});

describe("writePng", () => {
  it("writes what another decoder reads the same, in gray and in color", async () => {
    const [w, h] = [33, 21];
    for (const channels of [1, 3] as const) {
      const samples = samplesOf(w * h * channels, channels);
      const image = await loadImage(writePng(w, h, channels, samples));
      expect([image.width, image.height]).toEqual([w, h]);
      const context = createCanvas(w, h).getContext("2d");
      context.drawImage(image, 0, 0);
      const {data} = context.getImageData(0, 0, w, h);
      const expected = Array.from({length: w * h * 4}, (_, i) =>
        i % 4 === 3 ? 255 : samples[(i >> 2) * channels + (channels === 3 ? i % 4 : 0)]
      );
      expect([...data]).toEqual(expected);
    }
  });

  it("has one chunk of data, and asks for the right number of samples", () => {
    expect(pngData(writePng(16, 16, 1, new Uint8Array(256)))).toHaveLength(1);
    expect(() => writePng(16, 16, 3, new Uint8Array(256))).toThrow("256 for 16×16 pixels of 3");
  });
});
