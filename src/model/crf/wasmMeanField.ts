import type {MeanField} from "./meanField.ts";
import type {CheckedOptions} from "./options.ts";

/** What the compiled `assembly/field.ts` exports: pointers are addresses in its memory. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  room(bytes: number): number;
  open(width: number, height: number, labels: number): number;
  openAppearance(image: number, sxy: number, srgb: number, weight: number): void;
  openSmoothness(sxy: number, weight: number): void;
  setCosts(unary: number, compatibility: number): void;
  begin(): void;
  step(): void;
  freeEnergy(): number;
  smoothnessMessages(pixel: number): number;
  appearanceMessages(pixel: number): number;
}

/** The energy of labels that are not there: theirs is no belief. */
const NEVER = 1e30;

/** What 32 bits address. */
const MOST_BYTES = 2 ** 32;

/** Mean field in a memory of its own. */
export interface WasmMeanField extends MeanField {
  /** How large that memory is. */
  readonly bytes: number;
}

/**
 * Returns mean field over the lattice in WebAssembly: what {@link plainMeanField} computes, in a
 * memory of its own that goes with the object. Throws an Error if it would be too large.
 */
export async function wasmMeanField(
  module: WebAssembly.Module,
  {width, height, labels, image, unary, compatibility, smoothness, appearance}: CheckedOptions
): Promise<WasmMeanField> {
  const abort = () => {
    throw new Error(`out of memory: ${width}×${height} pixels of ${labels} labels`);
  };
  const instance = await WebAssembly.instantiate(module, {env: {abort}});
  const run = instance.exports as unknown as Exports;
  const points = width * height;
  const row = 4 * Math.ceil(labels / 4);
  if (8 * points * row > MOST_BYTES) abort();
  // Addresses above 2³¹ come as negative numbers. A view is useless once the memory has grown.
  const floats = (address: number, count: number) =>
    new Float32Array(run.memory.buffer, address >>> 0, count);

  /** Takes room for rows of *labels* values, padded with *fill*, and returns its address. */
  function pad(rows: number, source: Float32Array, fill: number): number {
    const address = run.room(4 * rows * row);
    const values = floats(address, rows * row);
    if (row === labels) values.set(source);
    else {
      values.fill(fill);
      for (let i = 0, from = 0, to = 0; i < rows; i++, to += row - labels)
        for (let l = 0; l < labels; l++) values[to++] = source[from++];
    }
    return address;
  }

  const beliefs = run.open(width, height, labels);
  const energies = pad(points, unary, NEVER);
  const costs =
    compatibility &&
    pad(
      labels,
      compatibility.map((value) => -value),
      0
    );
  const picture = run.room(4 * points);
  new Uint8Array(run.memory.buffer, picture >>> 0, 4 * points).set(image);
  run.openAppearance(picture, appearance.sxy, appearance.srgb, appearance.weight);
  run.openSmoothness(smoothness.sxy, smoothness.weight);
  run.setCosts(energies, costs ?? 0);

  /** Returns a kernel's messages to all pixels; for each alone, arrays would take most of the time. */
  function all(messages: (pixel: number) => number): Float32Array {
    const sums = new Float32Array(points * labels);
    const heard = floats(messages(0), labels); // they all come to the same address
    for (let i = 0, to = 0; i < points; i++) {
      messages(i);
      for (let l = 0; l < labels; l++) sums[to++] = heard[l];
    }
    return sums;
  }

  const Q = new Float32Array(points * labels);
  let fresh = false;
  return {
    get Q() {
      if (!fresh) {
        run.begin();
        const all = floats(beliefs, points * row);
        if (row === labels) Q.set(all);
        else
          for (let i = 0, from = 0, to = 0; i < points; i++, from += row - labels)
            for (let l = 0; l < labels; l++) Q[to++] = all[from++];
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
      smoothness: floats(run.smoothnessMessages(pixel), labels).slice(),
      appearance: floats(run.appearanceMessages(pixel), labels).slice()
    }),
    allMessages: () => ({
      smoothness: all(run.smoothnessMessages),
      appearance: all(run.appearanceMessages)
    }),
    get bytes() {
      return run.memory.buffer.byteLength;
    }
  };
}
