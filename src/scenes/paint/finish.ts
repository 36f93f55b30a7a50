import {mulberry32, randomNormal} from "../../model/random.ts";
import type {Stage} from "../brush.ts";

const size = 128;
let noise: Float32Array | undefined;

function noiseTable(): Float32Array {
  if (!noise) {
    const random = mulberry32(2);
    noise = Float32Array.from({length: size * size}, () => randomNormal(random));
  }
  return noise;
}

/** Adds what a camera adds: darker corners and the sensor's noise, the same at every redraw. */
export function finish({scene, view, light, brush}: Stage): void {
  const canvas = brush.canvas;
  if (!canvas) return;
  const {width, height} = view;
  const pixels = canvas.getImageData(0, 0, width, height);
  const data: Uint8ClampedArray = pixels.data;
  const table = noiseTable();
  const random = mulberry32(scene.seed);
  const shift = Array.from({length: height}, () => Math.floor(random() * size * size));
  for (let y = 0, i = 0; y < height; ++y) {
    const dy = (2 * y) / height - 1;
    for (let x = 0; x < width; ++x, i += 4) {
      const dx = (2 * x) / width - 1;
      const level = 1 - 0.085 * (dx * dx + dy * dy);
      const at = (shift[y] + x * 3) & (size * size - 1);
      const gray = table[at] * light.noise;
      data[i] = data[i] * level + gray + table[(at + 1) & 16383] * light.noise * 0.4;
      data[i + 1] = data[i + 1] * level + gray;
      data[i + 2] = data[i + 2] * level + gray + table[(at + 2) & 16383] * light.noise * 0.5;
    }
  }
  canvas.putImageData(pixels, 0, 0);
}
