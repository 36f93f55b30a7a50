import {mulberry32, randomNormal} from "../../model/random.ts";
import type {Stage} from "../brush.ts";

const size = 128;
let noiseCache: Float32Array | undefined;

function noiseTable(): Float32Array {
  if (!noiseCache) {
    const random = mulberry32(2);
    noiseCache = Float32Array.from({length: size * size}, () => randomNormal(random));
  }
  return noiseCache;
}

/** Adds what a camera adds: darker corners and the sensor's noise, the same at every redraw. */
export function finish({scene, view, light, brush}: Stage): void {
  const canvas = brush.canvas;
  if (!canvas) return;
  const {width, height} = view;
  const pixels = canvas.getImageData(0, 0, width, height);
  const {data} = pixels;
  const table = noiseTable();
  const random = mulberry32(scene.seed);
  const {noise} = light;
  const fall = Float32Array.from({length: width}, (_, x) => 0.085 * ((2 * x) / width - 1) ** 2);
  for (let y = 0, i = 0; y < height; ++y) {
    const middle = 1 - 0.085 * ((2 * y) / height - 1) ** 2;
    let at = Math.floor(random() * size * size);
    for (let x = 0; x < width; ++x, i += 4) {
      const level = middle - fall[x];
      at = (at + 3) & (size * size - 1);
      const gray = table[at] * noise;
      data[i] = data[i] * level + gray + table[at ^ 1] * noise * 0.4;
      data[i + 1] = data[i + 1] * level + gray;
      data[i + 2] = data[i + 2] * level + gray + table[at ^ 2] * noise * 0.5;
    }
  }
  canvas.putImageData(pixels, 0, 0);
}
