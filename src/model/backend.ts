import * as tf from "@tensorflow/tfjs-core";

/** What computes tensors, in the order in which they are tried. */
export const backends = ["webgpu", "wasm", "webgl", "cpu"] as const;
export type Backend = (typeof backends)[number];

/** Where the files of the WebAssembly backend are, by their names. */
export type WasmPaths = Partial<
  Record<
    | "tfjs-backend-wasm.wasm"
    | "tfjs-backend-wasm-simd.wasm"
    | "tfjs-backend-wasm-threaded-simd.wasm",
    string
  >
>;

export interface BackendOptions {
  /** Where a bundler put the WebAssembly files; in Node they are found beside the package. */
  readonly wasmPaths?: WasmPaths | undefined;
  /** Whether a GPU that is emulated in software will do. Default false: WASM is faster. */
  readonly software?: boolean | undefined;
}

/**
 * Makes *backend* the current one, loading its code only now. Throws an Error that says why it
 * cannot be had: this browser has none, or only one emulated in software.
 */
export async function useBackend(
  backend: Backend,
  {wasmPaths, software = false}: BackendOptions = {}
): Promise<void> {
  if (backend === "webgpu") {
    const adapter = await webgpuAdapter();
    if (!software && isSoftware(`${adapter.info.vendor} ${adapter.info.architecture}`))
      throw new Error("WebGPU is emulated in software here");
    await import("@tensorflow/tfjs-backend-webgpu");
  } else if (backend === "wasm") {
    const {setWasmPaths} = await import("@tensorflow/tfjs-backend-wasm");
    if (wasmPaths && !tf.engine().registry.wasm) setWasmPaths(wasmPaths);
  } else if (backend === "webgl") {
    const renderer = webglRenderer();
    if (!software && isSoftware(renderer)) throw new Error("WebGL is emulated in software here");
    await import("@tensorflow/tfjs-backend-webgl");
  } else {
    await import("@tensorflow/tfjs-backend-cpu");
  }
  if (!(await tf.setBackend(backend))) throw new Error(`${backend} cannot be started here`);
}

/**
 * Returns what *open* returns on the fastest of *backends*: WebGPU (or else WebGL) and WebAssembly
 * are timed by *trial*, in milliseconds, and plain JavaScript is taken only if none of them is there.
 * The backend of what is returned is the current one; what was opened on the others is disposed of.
 *
 * Throws an Error that says why each backend could not be had, if none can *compute* what is wanted.
 */
export async function openFastest<T extends {readonly backend: Backend; dispose(): void}>(
  backends: readonly Backend[],
  compute: string,
  open: (backend: Backend) => Promise<T>,
  trial: (opened: T) => Promise<number>
): Promise<T> {
  const refused: string[] = [];
  const times = new Map<Backend, number>();
  let last: T | undefined;
  for (const backend of backends) {
    // A second GPU backend, and JavaScript, are worth their start only if nothing better is there.
    if (backend === "webgl" && times.has("webgpu")) continue;
    if (backend === "cpu" && times.size > 0) continue;
    try {
      const candidate = await open(backend);
      times.set(backend, await trial(candidate));
      last?.dispose();
      last = candidate;
    } catch (error) {
      refused.push(`${backend}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (!last) throw new Error(`no backend can ${compute} here (${refused.join("; ")})`);
  const [[fastest]] = [...times].sort((a, b) => a[1] - b[1]);
  if (last.backend === fastest) return last;
  last.dispose();
  return open(fastest);
}

/** Returns how many threads the current backend computes on. */
export async function threadCount(): Promise<number> {
  if (tf.getBackend() !== "wasm") return 1;
  const {getThreadsCount} = await import("@tensorflow/tfjs-backend-wasm");
  return Math.max(1, getThreadsCount());
}

/** Returns what the current backend says of the GPU that it computes on, or null if on none. */
export function gpuName(): string | null {
  const backend: unknown = tf.backend();
  if (isWebgl(backend)) return rendererOf(backend.gpgpu.gl);
  if (!isWebgpu(backend)) return null;
  const {vendor, architecture} = backend.adapterInfo;
  return [vendor, architecture].filter(Boolean).join(" ") || null;
}

/**
 * Returns a function that tells whether the current backend has lost its device since. A lost
 * WebGL context raises no error: its results are zeros, so it must be asked after every pass.
 */
export function watchLoss(): () => boolean {
  const backend: unknown = tf.backend();
  if (isWebgl(backend)) return () => backend.gpgpu.gl.isContextLost();
  if (isWebgpu(backend)) {
    let lost = false;
    void backend.device.lost.then(() => (lost = true));
    return () => lost;
  }
  return () => false;
}

/**
 * Takes the device away from the current backend, as the system may at any time, to try what
 * follows. Does nothing on backends that have none.
 */
export function loseDevice(): void {
  const backend: unknown = tf.backend();
  if (isWebgl(backend)) backend.gpgpu.gl.getExtension("WEBGL_lose_context")?.loseContext();
  if (isWebgpu(backend)) backend.device.destroy();
}

function isWebgl(backend: unknown): backend is {gpgpu: {gl: WebGL2RenderingContext}} {
  return tf.getBackend() === "webgl" && backend !== null;
}

function isWebgpu(backend: unknown): backend is {
  device: {lost: Promise<unknown>; destroy(): void};
  adapterInfo: Adapter["info"];
} {
  return tf.getBackend() === "webgpu" && backend !== null;
}

interface Adapter {
  readonly info: {readonly vendor: string; readonly architecture: string};
}

async function webgpuAdapter(): Promise<Adapter> {
  const gpu = (navigator as {gpu?: {requestAdapter(): Promise<Adapter | null>}} | undefined)?.gpu;
  const adapter = await gpu?.requestAdapter();
  if (!adapter) throw new Error("this browser has no WebGPU");
  return adapter;
}

function webglRenderer(): string {
  if (typeof OffscreenCanvas === "undefined") throw new Error("this browser has no WebGL here");
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (!gl) throw new Error("this browser has no WebGL 2");
  const renderer = rendererOf(gl);
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return renderer;
}

function rendererOf(gl: WebGL2RenderingContext): string {
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  return String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
}

function isSoftware(name: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|software|basic render/i.test(name);
}

/** Returns the values of *tensor*; rejects if the device is lost before they are read. */
export async function read(tensor: tf.Tensor, isLost: () => boolean): Promise<Float32Array> {
  // WebGL waits for a fence that a lost context never passes, so the loss is looked for meanwhile.
  let timer: ReturnType<typeof setInterval> | undefined;
  const lost = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      if (isLost()) reject(new Error("the device was lost"));
    }, 100);
  });
  try {
    return (await Promise.race([tensor.data(), lost])) as Float32Array;
  } finally {
    clearInterval(timer);
  }
}
