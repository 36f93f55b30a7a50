import type {CrfSettings} from "./crfSettings.ts";
import type {PairwiseData} from "./pairwiseWeightsData.ts";

/** So many rows of the picture are written at a time, in about ten milliseconds. */
const ROWS = 16;

/**
 * Returns the weights of one pixel with each of *data* as CSV, a line a pixel; in slices, so that the
 * page stays at hand.
 */
export async function pairwiseCsv(
  {width, height, pixels, truth}: PairwiseData,
  kernels: {readonly appearance: Float32Array; readonly smoothness: Float32Array},
  {appearance, smoothness}: CrfSettings,
  nameOf: (label: number) => string
): Promise<Blob> {
  const parts = [
    "x,y,red,green,blue,label,appearance kernel,smoothness kernel,appearance weight,smoothness weight,sum\n"
  ];
  for (let top = 0; top < height; top += ROWS) {
    const lines: string[] = [];
    for (let i = top * width; i < Math.min(height, top + ROWS) * width; i++) {
      const [k1, k2] = [kernels.appearance[i], kernels.smoothness[i]];
      const weights = [k1, k2, appearance.weight * k1, smoothness.weight * k2];
      const sum = weights[2] + weights[3];
      const color = pixels.subarray(4 * i, 4 * i + 3).join(",");
      const numbers = [...weights, sum].map((value) => (value === 0 ? 0 : value.toPrecision(6)));
      lines.push(
        `${i % width},${Math.floor(i / width)},${color},${nameOf(truth[i])},${numbers.join(",")}\n`
      );
    }
    parts.push(lines.join(""));
    await new Promise((resolve) => setTimeout(resolve));
  }
  return new Blob(parts, {type: "text/csv"});
}
