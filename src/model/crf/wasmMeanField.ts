import {appearanceFeatures, smoothnessFeatures, type Features} from "./features.ts";
import type {MeanField} from "./meanField.ts";
import type {CheckedOptions} from "./options.ts";

/** What the compiled `assembly/field.ts` exports: pointers are addresses in its memory. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  allocate(bytes: number): number;
  addKernel(features: number, points: number, dimensions: number, weight: number): number;
  open(...parts: number[]): void;
  step(): void;
  freeEnergy(): number;
  messages(kernel: number, pixel: number): number;
}

/** The energy of labels that are not there: theirs is no belief. */
const NEVER = 1e30;

/**
 * Returns mean field over the lattice in WebAssembly: what {@link plainMeanField} computes, in a
 * memory of its own that goes with the object.
 */
export async function wasmMeanField(
  module: WebAssembly.Module,
  options: CheckedOptions
): Promise<MeanField> {
  const {width, height, labels, unary, compatibility, smoothness, appearance} = options;
  const abort = () => {
    throw new Error("out of memory");
  };
  const instance = await WebAssembly.instantiate(module, {env: {abort}});
  const run = instance.exports as unknown as Exports;
  const points = width * height;
  const row = 4 * Math.ceil(labels / 4);

  /** Room for *count* numbers, as a view that growth of the memory makes useless. */
  function room(count: number): {address: number; values: Float32Array} {
    const address = run.allocate(4 * count);
    return {address, values: new Float32Array(run.memory.buffer, address, count)};
  }

  function pad(rows: number, source: Float32Array, fill: number): number {
    const {address, values} = room(rows * row);
    if (row === labels) values.set(source);
    else {
      values.fill(fill);
      for (let i = 0; i < rows; i++)
        values.set(source.subarray(i * labels, (i + 1) * labels), i * row);
    }
    return address;
  }

  function kernel({dimensions, values: features}: Features, weight: number): number {
    const {address, values} = room(features.length);
    values.set(features);
    return run.addKernel(address, points, dimensions, weight);
  }

  const smooth = kernel(smoothnessFeatures(options), smoothness.weight);
  const alike = kernel(appearanceFeatures(options), appearance.weight);
  const energies = pad(points, unary, NEVER);
  const beliefs = room(points * row).address;
  const cost =
    compatibility &&
    pad(
      labels,
      compatibility.map((value) => -value),
      0
    );
  run.open(points, labels, energies, beliefs, smooth, alike, cost ?? 0);

  const Q = new Float32Array(points * labels);
  let fresh = false;
  const messagesOf = (of: number, pixel: number) =>
    new Float32Array(run.memory.buffer, run.messages(of, pixel), labels).slice();
  return {
    get Q() {
      if (!fresh) {
        const all = new Float32Array(run.memory.buffer, beliefs, points * row);
        if (row === labels) Q.set(all);
        else
          for (let i = 0; i < points; i++)
            for (let l = 0; l < labels; l++) Q[i * labels + l] = all[i * row + l];
        fresh = true;
      }
      return Q;
    },
    step() {
      run.step();
      fresh = false;
    },
    freeEnergy: () => run.freeEnergy(),
    messages: (pixel) => ({
      smoothness: messagesOf(smooth, pixel),
      appearance: messagesOf(alike, pixel)
    })
  };
}
