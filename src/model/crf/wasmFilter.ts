import type {Picture} from "../picture.ts";

/** What of the compiled `assembly/field.ts` is asked for here: pointers are addresses. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  room(bytes: number): number;
  giveBack(address: number): void;
  open(width: number, height: number, labels: number): number;
  openAppearance(image: number, sxy: number, srgb: number, weight: number): void;
  appearanceVertices(): number;
  filterAppearance(): void;
}

/** The appearance kernel over a picture's pixels, in WebAssembly, in a memory of its own. */
export interface WasmFilter {
  /**
   * Places the pixels in the lattice, and normalizes: everything that depends on the picture. Done
   * again, it takes no more memory.
   */
  build(): void;
  /** How many vertices the lattice has, once it is built. */
  readonly vertices: number;
  /** Writes values, *channels* a pixel, channel fastest. */
  write(values: Float32Array): void;
  /** Filters what was written by the normalized kernel, in place. */
  filter(): void;
  /** Returns what was written or filtered last. */
  read(): Float32Array;
}

/**
 * Returns the appearance kernel of deviations *sxy* (pixels) and *srgb* (8-bit levels) over
 * *picture*, which computes what the normalized `latticeFilter` does. Nothing is built yet.
 */
export async function wasmFilter(
  module: WebAssembly.Module,
  {width, height, data}: Picture,
  {sxy, srgb}: {sxy: number; srgb: number},
  channels: number
): Promise<WasmFilter> {
  const abort = () => {
    throw new Error(`out of memory: ${width}×${height} pixels of ${channels} channels`);
  };
  const instance = await WebAssembly.instantiate(module, {env: {abort}});
  const run = instance.exports as unknown as Exports;
  const pixels = width * height;
  const row = 4 * Math.ceil(channels / 4);
  const values = run.open(width, height, channels);
  const image = run.room(4 * pixels);
  new Uint8Array(run.memory.buffer, image >>> 0, 4 * pixels).set(data);
  const lattice = run.room(0);
  // A view is useless once the memory has grown.
  const rows = () => new Float32Array(run.memory.buffer, values >>> 0, pixels * row);
  return {
    build() {
      run.giveBack(lattice);
      run.openAppearance(image, sxy, srgb, 1);
    },
    get vertices() {
      return run.appearanceVertices();
    },
    write(source) {
      const to = rows().fill(0);
      for (let i = 0; i < pixels; i++)
        to.set(source.subarray(i * channels, (i + 1) * channels), i * row);
    },
    filter: () => run.filterAppearance(),
    read() {
      const from = rows();
      return Float32Array.from(
        {length: pixels * channels},
        (_, i) => from[Math.floor(i / channels) * row + (i % channels)]
      );
    }
  };
}
