import {quickselect, rgb} from "d3";

/** Steps of a scale on either side of zero. */
const STEPS = 255;

/** Colors from −limit over 0 to +limit, as a canvas has them in memory. */
export type SignedScale = Uint32Array;

/**
 * Returns a diverging scale from the color *negative* over *zero* to *positive*, as
 * {@link paintResponse} takes it.
 */
export function signedScale(negative: string, zero: string, positive: string): SignedScale {
  const [from, middle, to] = [rgb(negative), rgb(zero), rgb(positive)];
  return Uint32Array.from({length: 2 * STEPS + 1}, (_, i) => {
    const end = i < STEPS ? from : to;
    const share = Math.abs(i - STEPS) / STEPS;
    const mix = (a: number, b: number) => Math.round(a + (b - a) * share);
    const [r, g, b] = [mix(middle.r, end.r), mix(middle.g, end.g), mix(middle.b, end.b)];
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });
}

/**
 * Paints *response*, `[height, width]`, on *canvas*, a pixel a value, in a scale centered at zero
 * that ends at ±*limit*; what lies beyond has the color of the end.
 */
export function paintResponse(
  canvas: HTMLCanvasElement,
  response: Float32Array,
  {width, height, limit, scale}: {width: number; height: number; limit: number; scale: SignedScale}
): void {
  const by = STEPS / limit;
  paintPixels(canvas, width, height, (pixels) => {
    for (let i = 0; i < pixels.length; ++i)
      pixels[i] = scale[Math.round(Math.max(-STEPS, Math.min(STEPS, response[i] * by))) + STEPS];
  });
}

/** Gives *canvas* the size and lets *fill* set its pixels, each one number `0xAABBGGRR`. */
export function paintPixels(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  fill: (pixels: Uint32Array) => void
): void {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height});
  const data = new ImageData(width, height);
  fill(new Uint32Array(data.data.buffer));
  canvas.getContext("2d")?.putImageData(data, 0, 0);
}

/**
 * Returns where a scale for *response* should end: the absolute value that 1 % of its pixels exceed,
 * of those at least *margin* from every side, if there are any (taps that reach past a side respond
 * to padding, strongly); 1 for a response that is zero.
 */
export function responseLimit(
  response: Float32Array,
  width: number,
  height: number,
  margin: number
): number {
  const edge = 2 * margin < Math.min(width, height) ? margin : 0;
  const sizes = new Float32Array(Math.ceil((width - 2 * edge) / 3) * (height - 2 * edge));
  let count = 0;
  // One pixel of three tells as much, in a third of the time.
  for (let y = edge; y < height - edge; ++y)
    for (let x = edge + (y % 3); x < width - edge; x += 3)
      sizes[count++] = Math.abs(response[y * width + x]);
  const shown = sizes.subarray(0, count);
  const largest = shown.reduce((a, b) => Math.max(a, b), 0);
  const k = Math.floor(0.99 * count);
  return quickselect(shown, k)[k] || largest || 1;
}

/** Returns the largest absolute difference between two maps of one size. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; ++i) {
    const difference = Math.abs(a[i] - b[i]);
    if (difference > largest) largest = difference;
  }
  return largest;
}

/** Returns a value of a response as it is read out: three digits that matter, a real minus sign. */
export function responseText(value: number): string {
  return String(Number(value.toPrecision(3))).replace("-", "−");
}
