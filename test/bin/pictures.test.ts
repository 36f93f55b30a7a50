import {createCanvas} from "@napi-rs/canvas";
import {writeFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {
  indexPng,
  maskPng,
  overlayPng,
  readLabels,
  readPicture,
  readPictureFile
} from "../../bin/pictures.ts";
import {InputError} from "../../bin/inputError.ts";
import {writePng} from "../../bin/png.ts";
import {classes} from "../../src/model/classes.ts";
import type {Picture} from "../../src/model/picture.ts";
import {
  buildPng,
  chunk,
  progressiveJpeg,
  quartersJpeg,
  temporaryFolder,
  withOrientation
} from "./files.ts";

const folder = temporaryFolder();
let files = 0;
function save(bytes: Uint8Array | string, extension = "jpg"): string {
  const path = join(folder, `${files++}.${extension}`);
  writeFileSync(path, bytes);
  return path;
}

/** Which of red, green and blue are bright at the middle of each quarter, row by row. */
function quarters({width, height, data}: Picture): string[] {
  return [0, 1, 2, 3].map((i) => {
    const x = Math.floor(((1 + 2 * (i & 1)) * width) / 4);
    const y = Math.floor(((1 + 2 * (i >> 1)) * height) / 4);
    const start = (y * width + x) * 4;
    return [...data.subarray(start, start + 3)].map((v) => (v > 128 ? 1 : 0)).join("");
  });
}

const [red, green, blue, white] = ["100", "010", "001", "111"];

describe("readPicture", () => {
  // Where the stored quarters (red green / blue white) are to be seen, from the EXIF standard.
  it.each([
    [1, [red, green, blue, white]],
    [2, [green, red, white, blue]],
    [3, [white, blue, green, red]],
    [4, [blue, white, red, green]],
    [5, [red, blue, green, white]],
    [6, [blue, red, white, green]],
    [7, [white, green, blue, red]],
    [8, [green, white, red, blue]]
  ])("turns a JPEG upright once, orientation %i", async (orientation, expected) => {
    for (const littleEndian of [false, true]) {
      const jpeg = withOrientation(quartersJpeg(64, 32), orientation, littleEndian);
      const picture = await readPicture(save(jpeg));
      expect([picture.width, picture.height]).toEqual(orientation < 5 ? [64, 32] : [32, 64]);
      expect(quarters(picture)).toEqual(expected);
    }
  });

  it("reads a JPEG without EXIF, and whatever the file is called", async () => {
    const picture = await readPicture(save(quartersJpeg(48, 40), "png"));
    expect([picture.width, picture.height]).toEqual([48, 40]);
    expect(quarters(picture)).toEqual([red, green, blue, white]);
  });

  it("reads PNG in color and in gray, with its transparency", async () => {
    const samples = Uint8Array.from({length: 16 * 16 * 3}, (_, i) => (i * 37) % 256);
    const {data} = await readPicture(save(writePng(16, 16, 3, samples), "png"));
    expect([...data.subarray(0, 8)]).toEqual([0, 37, 74, 255, 111, 148, 185, 255]);
    const gray = await readPicture(save(writePng(16, 16, 1, samples.subarray(0, 256)), "png"));
    expect([...gray.data.subarray(4, 8)]).toEqual([37, 37, 37, 255]);
    const canvas = createCanvas(16, 16);
    canvas.getContext("2d").fillRect(0, 0, 8, 16);
    const half = await readPicture(save(canvas.toBuffer("image/png"), "png"));
    expect([half.data[3], half.data[15 * 4 + 3]]).toEqual([255, 0]);
  });

  it("reads a progressive JPEG", async () => {
    const picture = await readPicture(save(progressiveJpeg));
    expect(quarters(picture)).toEqual([red, green, blue, white]);
    const cut = save(progressiveJpeg.subarray(0, 400)); // after whole scans
    expect(() => readPictureFile(cut)).toThrow("the JPEG file is truncated");
  });

  it("minds no bytes after the end of a JPEG", async () => {
    const jpeg = Buffer.concat([quartersJpeg(64, 32), Buffer.alloc(100)]);
    expect(quarters(await readPicture(save(jpeg)))).toEqual([red, green, blue, white]);
  });
});

describe("readPictureFile refuses", () => {
  const jpeg = quartersJpeg(64, 32);
  const png = createCanvas(64, 32).toBuffer("image/png");
  const cases: [string, Uint8Array | string, string][] = [
    [
      "a text",
      "Dear photograph,\n",
      'not a picture: it starts with "Dear photogr"; use PNG or JPEG'
    ],
    ["an empty file", "", "the file is empty; use PNG or JPEG"],
    ["a GIF", "GIF89a\x10\0\x10\0", "GIF is not supported; use PNG or JPEG"],
    ["an old GIF", "GIF87a\x10\0\x10\0", "GIF is not supported"],
    ["a WebP", "RIFF\x10\0\0\0WEBPVP8 ", "WebP is not supported"],
    ["a BMP", "BM\x10\0\0\0\0\0\0\0\x36", "BMP is not supported"],
    ["a TIFF", "II*\0\x08\0\0\0", "TIFF is not supported"],
    ["an AVIF", "\0\0\0\x1cftypavif", "AVIF is not supported"],
    ["a HEIC", "\0\0\0\x18ftypheic", "HEIC is not supported"],
    ["an SVG", '<?xml version="1.0"?>\n<svg xmlns=""/>', "SVG is not supported"],
    ["a PDF", "%PDF-1.7", "PDF is not supported"],
    ["a picture of 1×1", createCanvas(1, 1).toBuffer("image/png"), "picture too small: 1×1"],
    ["a JPEG of 8×40", quartersJpeg(8, 40), "picture too small: 8×40; at least 16×16 is needed"],
    ["a JPEG cut short", jpeg.subarray(0, jpeg.length - 10), "the JPEG file is truncated"],
    ["a JPEG without picture data", jpeg.subarray(0, 300), "the JPEG file is truncated"],
    ["a JPEG of three bytes", jpeg.subarray(0, 3), "the JPEG file is truncated"],
    ["a PNG cut short", png.subarray(0, png.length - 8), "the PNG file is truncated"],
    ["a PNG of eight bytes", png.subarray(0, 8), "the PNG file is truncated"],
    ["a damaged PNG", Buffer.from(png).fill(7, 60, 61), "the PNG file is damaged"]
  ];

  it.each(cases)("%s", (_, bytes, message) => {
    const path = save(bytes);
    expect(() => readPictureFile(path)).toThrow(InputError);
    expect(() => readPictureFile(path)).toThrow(`${path}: ${message}`);
  });

  it("12000×9000, from the header alone", () => {
    const header = {width: 12000, height: 9000, colorType: 2};
    const path = save(buildPng(header, new Uint8Array(10)), "png");
    const large = "picture too large: 12000×9000 (108 megapixels); at most 50 megapixels are legal";
    expect(() => readPictureFile(path)).toThrow(large);
    const frame = jpeg.indexOf(Buffer.of(0xff, 0xc0));
    const claimed = Buffer.from(jpeg);
    claimed.writeUInt16BE(9000, frame + 5);
    claimed.writeUInt16BE(12000, frame + 7);
    expect(() => readPictureFile(save(claimed))).toThrow(large);
  });

  it("no file, and a folder", () => {
    expect(() => readPictureFile(join(folder, "none.jpg"))).toThrow("none.jpg: no such file");
    expect(() => readPictureFile(folder)).toThrow("a folder, not a file");
  });

  it("a JPEG cut short anywhere", () => {
    for (let length = 3; length < jpeg.length; length += 7) {
      expect(() => readPictureFile(save(jpeg.subarray(0, length)))).toThrow(
        "JPEG file is truncated"
      );
    }
  });

  it("data that do not decode, when they are decoded", async () => {
    const rows = buildPng({width: 64, height: 64, colorType: 9}, new Uint8Array(100));
    await expect(readPicture(save(rows, "png"))).rejects.toThrow("cannot be decoded");
  });
});

describe("labels and masks", () => {
  const labels = Uint8Array.from({length: 20 * 17}, (_, i) => i % 11);

  it("come back exactly from a gray PNG, whatever its gamma", () => {
    const map = {width: 20, height: 17, labels};
    expect(readLabels(save(indexPng(map), "png"))).toEqual(map);
    const rows = Uint8Array.from({length: 21 * 17}, (_, i) => (i % 21 ? (i % 21) - 1 : 0));
    const gamma = chunk("gAMA", [0, 0, 0x20, 0]);
    const file = save(buildPng({width: 20, height: 17}, rows, {before: [gamma]}), "png");
    expect([...readLabels(file).labels.subarray(20, 40)]).toEqual([...Array(20).keys()]);
  });

  it("are refused as JPEG and as color, by name", () => {
    const photo = save(quartersJpeg(20, 20));
    expect(() => readLabels(photo)).toThrow("labels are read from PNG files, this one is JPEG");
    const color = save(writePng(20, 20, 3, new Uint8Array(1200)), "png");
    expect(() => readLabels(color)).toThrow(`${color}: labels are read from grayscale`);
  });

  it("are painted in the colors of the classes, alone and half over the picture", async () => {
    const mask = await readPicture(save(maskPng({width: 20, height: 17, labels}, classes), "png"));
    const photo = {width: 20, height: 17, data: new Uint8ClampedArray(20 * 17 * 4).fill(255)};
    photo.data.fill(0, 0, 4); // transparent black is white
    photo.data.set([10, 20, 30, 255], 4);
    const overlay = await readPicture(save(overlayPng(photo, labels, classes), "png"));
    classes.forEach(({color}, c) => {
      const rgb = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
      expect([...mask.data.subarray(4 * c, 4 * c + 3)]).toEqual(rgb);
      const below = c === 1 ? [10, 20, 30] : [255, 255, 255];
      const half = rgb.map((value, i) => Math.round((value + below[i]) / 2));
      expect([...overlay.data.subarray(4 * c, 4 * c + 3)]).toEqual(half);
    });
  });
});
