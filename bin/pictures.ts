import {createCanvas, loadImage} from "@napi-rs/canvas";
import type {SegmentationClass} from "../src/model/classes.ts";
import {checkPictureSize, type Picture} from "../src/model/picture.ts";
import {readInputFile} from "./files.ts";
import {InputError, messageOf} from "./inputError.ts";
import {isJpeg, readJpegSize} from "./jpeg.ts";
import {isPng, pngData, readPngHeader, readPngSamples, writePng} from "./png.ts";

/** What 50 megapixels take at most: four samples of 16 bits each, not compressed. */
const maxFileBytes = 400e6;

/** How the files begin that people take for pictures of ours, and what they are. */
const foreignFormats: [name: string, test: RegExp][] = [
  ["GIF", /^GIF8[79]a/],
  ["WebP", /^RIFF.{4}WEBP/s],
  ["BMP", /^BM.{4}\0\0\0\0/s],
  ["TIFF", /^(?:II\*\0|MM\0\*)/],
  ["AVIF", /^.{4}ftypavi[fs]/s],
  ["HEIC", /^.{4}ftyp(?:hei[cxms]|hev[cx]|mif1|msf1)/s],
  ["JPEG XL", /^(?:\xff\x0a|\0\0\0\x0cJXL )/],
  ["JPEG 2000", /^\0\0\0\x0cjP {2}/],
  ["PDF", /^%PDF-/],
  ["SVG", /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?(?:<!DOCTYPE svg[^>]*>\s*)?<svg/s]
];

/**
 * Returns the bytes of a picture file after a look at its start and its structure, but without
 * decoding it. Throws an InputError that names the file unless it is a complete PNG or JPEG of at
 * least 16×16 pixels and at most 50 megapixels.
 */
export function readPictureFile(path: string): Uint8Array {
  const bytes = readInputFile(path, maxFileBytes);
  try {
    checkFormat(bytes);
    const {width, height} = isPng(bytes) ? readPngHeader(bytes) : readJpegSize(bytes);
    checkPictureSize(width, height);
    if (isPng(bytes)) pngData(bytes);
  } catch (error) {
    throw new InputError(`${path}: ${messageOf(error)}`, {cause: error});
  }
  return bytes;
}

/**
 * Returns the picture in a PNG or JPEG file, upright: a JPEG's EXIF orientation is applied. Throws
 * an InputError as {@link readPictureFile} does, or if the file cannot be decoded.
 */
export async function readPicture(path: string): Promise<Picture> {
  const bytes = readPictureFile(path);
  try {
    // loadImage applies the orientation; image.width and height are those of the upright picture.
    const image = await loadImage(bytes);
    const {width, height} = image;
    const context = createCanvas(width, height).getContext("2d");
    context.drawImage(image, 0, 0);
    return {width, height, data: context.getImageData(0, 0, width, height).data};
  } catch (error) {
    throw new InputError(`${path}: cannot be decoded: ${messageOf(error)}`, {cause: error});
  }
}

/** A map of labels, row-major. */
export interface LabelMap {
  width: number;
  height: number;
  labels: Uint8Array;
}

/**
 * Returns the labels in a PNG file, grayscale or palette, exactly as stored. Throws an InputError
 * that names the file if it is not such a file, or if its size is not legal for a picture.
 */
export function readLabels(path: string): LabelMap {
  const bytes = readInputFile(path, maxFileBytes);
  try {
    checkFormat(bytes);
    if (!isPng(bytes)) throw new Error("labels are read from PNG files, this one is JPEG");
    const header = readPngHeader(bytes);
    checkPictureSize(header.width, header.height);
    const {width, height, samples} = readPngSamples(bytes);
    return {width, height, labels: samples};
  } catch (error) {
    throw new InputError(`${path}: ${messageOf(error)}`, {cause: error});
  }
}

function checkFormat(bytes: Uint8Array): void {
  if (isPng(bytes) || isJpeg(bytes)) return;
  if (bytes.length === 0) throw new Error("the file is empty; use PNG or JPEG");
  const start = String.fromCharCode(...bytes.subarray(0, 1000));
  const format = foreignFormats.find(([, test]) => test.test(start))?.[0];
  if (format) throw new Error(`${format} is not supported; use PNG or JPEG`);
  throw new Error(
    `not a picture: it starts with ${JSON.stringify(start.slice(0, 12))}; use PNG or JPEG`
  );
}

/** Returns labels as a grayscale PNG of 8 bits, whose samples are the labels. */
export function indexPng({width, height, labels}: LabelMap): Uint8Array {
  return writePng(width, height, 1, labels);
}

/** Returns labels as a PNG in the colors of their *classes*. */
export function maskPng(
  {width, height, labels}: LabelMap,
  classes: readonly SegmentationClass[]
): Uint8Array {
  const colors = classes.map(channels);
  const samples = new Uint8Array(labels.length * 3);
  for (let i = 0, o = 0; i < labels.length; ++i) {
    const color = colors[labels[i]];
    samples[o++] = color[0];
    samples[o++] = color[1];
    samples[o++] = color[2];
  }
  return writePng(width, height, 3, samples);
}

/** Returns *picture* half covered by the colors of its labels' *classes*, as a PNG. */
export function overlayPng(
  {width, height, data}: Picture,
  labels: Uint8Array,
  classes: readonly SegmentationClass[]
): Uint8Array {
  const colors = classes.map(channels);
  const samples = new Uint8Array(labels.length * 3);
  for (let i = 0, o = 0; i < labels.length; ++i) {
    const color = colors[labels[i]];
    const alpha = data[4 * i + 3] / 255;
    for (let c = 0; c < 3; ++c) {
      const overWhite = 255 + (data[4 * i + c] - 255) * alpha;
      samples[o++] = Math.round((overWhite + color[c]) / 2);
    }
  }
  return writePng(width, height, 3, samples);
}

/** Returns the red, green and blue of a class. */
function channels({color}: SegmentationClass): number[] {
  return [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16));
}
