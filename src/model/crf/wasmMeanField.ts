import type {MeanField} from "./meanField.ts";
import type {CheckedOptions} from "./options.ts";

/** What the compiled `assembly/field.ts` exports: pointers are addresses in its memory. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  room(bytes: number): number;
  open(width: number, height: number, labels: number): number;
  openAppearance(image: number, sxy: number, srgb: number, weight: number): void;
  openSmoothness(sxy: number, weight: number): void;
  giveBack(address: number): void;
  restart(smoothness: number, appearance: number): void;
  setCosts(unary: number, compatibility: number): void;
  begin(): void;
  step(): void;
  freeEnergy(): number;
  smoothnessMessages(pixel: number): number;
  appearanceMessages(pixel: number): number;
  allMessages(smoothness: number, appearance: number): void;
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
  options: CheckedOptions
): Promise<WasmMeanField> {
  const {width, height, labels, image, unary, compatibility} = options;
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
  run.setCosts(energies, costs ?? 0);

  // Kernels lie one on the other in memory, so the lower one is built only with the upper. It is the
  // one of place, whose deviation readers change less.
  const [lower, upper] = [run.room(0), {address: 0}];
  function buildSmoothness({smoothness: {sxy, weight}}: CheckedOptions): void {
    run.giveBack(lower);
    run.openSmoothness(sxy, weight);
    upper.address = run.room(0);
  }
  function buildAppearance({appearance: {sxy, srgb, weight}}: CheckedOptions): void {
    run.giveBack(upper.address);
    run.openAppearance(picture, sxy, srgb, weight);
    messages = null;
  }
  /** Where messages to all pixels are written: above the kernels. */
  let messages: readonly [smoothness: number, appearance: number] | null = null;
  let built = options;
  buildSmoothness(options);
  buildAppearance(options);

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
    allMessages() {
      const count = points * labels;
      const room = () => run.room(4 * count + 12);
      messages ??= [room(), room()];
      run.allMessages(...messages);
      const [smoothness, appearance] = messages.map((address) => floats(address, count).slice());
      return {smoothness, appearance};
    },
    reopen(next) {
      const {smoothness, appearance} = built;
      if (
        next.filter !== "lattice" ||
        ([next.width, next.height, next.labels] as const).some(
          (value, i) => value !== [width, height, labels][i]
        ) ||
        next.image !== image ||
        next.unary !== unary ||
        next.compatibility !== compatibility
      )
        return false;
      const wider = next.smoothness.sxy !== smoothness.sxy;
      const {sxy, srgb} = next.appearance;
      if (wider) buildSmoothness(next);
      if (wider || sxy !== appearance.sxy || srgb !== appearance.srgb) buildAppearance(next);
      run.restart(next.smoothness.weight, next.appearance.weight);
      built = next;
      fresh = false;
      return true;
    },
    get bytes() {
      return run.memory.buffer.byteLength;
    }
  };
}
