import type {Features} from "./features.ts";
import type {Filter} from "./filter.ts";

/**
 * Returns the Gaussian filter of *features* as it is defined, a sum over all pairs of pixels:
 *
 *     out_i = Σ_j exp(−|f_i − f_j|² / 2) · in_j
 *
 * It takes time quadratic in the number of pixels, and is what {@link latticeFilter} approximates.
 * With **subtractSelf**, the sum is over j ≠ i.
 */
export function exactFilter(
  {dimensions, values: f}: Features,
  {subtractSelf = false}: {subtractSelf?: boolean} = {}
): Filter {
  const pixels = f.length / dimensions;
  return (input, channels) => {
    const sums = new Float64Array(pixels * channels);
    for (let i = 0; i < pixels; i++)
      for (let j = 0; j <= i; j++) {
        if (i === j && subtractSelf) continue;
        let distance = 0;
        for (let d = 0; d < dimensions; d++)
          distance += (f[i * dimensions + d] - f[j * dimensions + d]) ** 2;
        const k = Math.exp(-distance / 2);
        for (let c = 0; c < channels; c++) {
          sums[i * channels + c] += k * input[j * channels + c];
          if (i !== j) sums[j * channels + c] += k * input[i * channels + c];
        }
      }
    return Float32Array.from(sums);
  };
}
