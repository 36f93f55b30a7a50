import * as tf from "@tensorflow/tfjs-core";
import type {NormalizeOptions, Window} from "../gradients.ts";
import {composedKernels} from "../gradients.ts";
import type {Activation} from "../network.ts";
import {isPointwise, windowPadding} from "../padding.ts";
import type {TrainingKernels} from "../train/loss.ts";

/** What the compiled `assembly/kernels.ts` exports: pointers first, then sizes. */
type Exports = Record<
  | "pack"
  | "product"
  | "productFilter"
  | "convolve"
  | "convolveFilter"
  | "convolveInput"
  | "depthwise"
  | "depthwiseFilter"
  | "depthwiseInput"
  | "sliceChannels"
  | "spread"
  | "channelSums"
  | "moments"
  | "affineClamp"
  | "gatedSums"
  | "gatedAffine"
  | "resizeInput"
  | "crossEntropy",
  (...values: number[]) => void
>;

/** Positions whose taps `assembly/convolutions.ts` gathers at a time. */
const TAP_BLOCK = 32;

/** The parts of TensorFlow.js's WebAssembly backend that are not in its types. */
interface WasmBackend {
  readonly wasm: {readonly asm: Record<string, unknown>; readonly HEAPF32: Float32Array};
  readonly dataIdMap: {get(dataId: object): {memoryOffset: number}};
  makeOutput(shape: readonly number[], dtype: "float32"): tf.TensorInfo;
}

/**
 * Returns gradient kernels that run *module* (compiled from `assembly/kernels.ts`) on tensors
 * where they lie, in the memory of the current WebAssembly backend: nothing is copied.
 *
 * Throws an Error if the current backend is not `wasm`, or if its memory cannot be reached.
 */
export async function wasmKernels(module: WebAssembly.Module): Promise<TrainingKernels> {
  if (tf.getBackend() !== "wasm")
    throw new Error(`these kernels need the wasm backend, not ${tf.getBackend()}`);
  const backend = tf.backend() as unknown as WasmBackend;
  const memory = Object.values(backend.wasm.asm).find(
    (value): value is WebAssembly.Memory => value instanceof WebAssembly.Memory
  );
  if (!memory) throw new Error("the wasm backend of this TensorFlow.js does not show its memory");
  const environment = {env: {memory, abort: () => {}}};
  const instance = await WebAssembly.instantiate(module, environment);
  const run = instance.exports as unknown as Exports;

  const pointer = (tensor: tf.TensorInfo) => backend.dataIdMap.get(tensor.dataId).memoryOffset;
  const output = <T extends tf.Tensor>(shape: readonly number[]): T =>
    tf.engine().makeTensorFromTensorInfo(backend.makeOutput(shape, "float32")) as T;
  const zeros = <T extends tf.Tensor>(shape: readonly number[]): T => {
    const tensor = output<T>(shape);
    view(tensor).fill(0);
    return tensor;
  };
  // The heap's view is made anew when memory grows: never keep one across an allocation.
  const view = (tensor: tf.Tensor) => {
    const start = pointer(tensor) / 4;
    return backend.wasm.HEAPF32.subarray(start, start + tensor.size);
  };
  const vector = (values: Float32Array) => tf.tensor1d(values);

  const windowSizes = ([batch, height, width, channels]: readonly number[], window: Window) => {
    const {kernelSize, stride, rate} = window;
    const rows = windowPadding(height, window);
    const columns = windowPadding(width, window);
    const {outputs: outRows, before: top} = rows;
    const {outputs: outColumns, before: left} = columns;
    const sizes = [batch, height, width, channels, outRows, outColumns];
    return [...sizes, kernelSize, stride, rate, top, left];
  };

  /** Returns a kernel's matrix, or its transpose, as products read it. */
  const pack = (
    filter: tf.Tensor,
    from: number,
    to: number,
    rowStep: number,
    columnStep: number
  ) => {
    const packed = output<tf.Tensor>([Math.ceil(to / 8), from, 8]);
    run.pack(pointer(filter), pointer(packed), from, to, rowStep, columnStep);
    return packed;
  };

  /** Returns batch normalization as a factor and a term for each channel. */
  const affine = (
    mean: tf.Tensor1D,
    variance: tf.Tensor1D,
    gamma: tf.Tensor1D,
    beta: tf.Tensor1D,
    epsilon: number
  ) => {
    const [m, v, g, b] = [mean, variance, gamma, beta].map(view);
    const scale = g.map((value, c) => value / Math.sqrt(v[c] + epsilon));
    const shift = b.map((value, c) => value - (m[c] * g[c]) / Math.sqrt(v[c] + epsilon));
    return [vector(scale), vector(shift)] as const;
  };

  function channelSums(dy: tf.Tensor4D): tf.Tensor1D {
    const channels = dy.shape[3];
    const sums = output<tf.Tensor1D>([channels]);
    run.channelSums(pointer(dy), pointer(sums), dy.size / channels, channels);
    return sums;
  }

  return {
    conv(x, filter, window) {
      const [, , from, to] = filter.shape;
      const [batch, height, width] = x.shape;
      const sizes = windowSizes([batch, height, width, from], window);
      const y = output<tf.Tensor4D>([batch, sizes[4], sizes[5], to]);
      const rows = window.kernelSize ** 2 * from;
      const packed = pack(filter, rows, to, to, 1);
      if (isPointwise(window)) {
        run.product(pointer(x), pointer(packed), pointer(y), y.size / to, from, to);
      } else {
        const taps = output<tf.Tensor>([TAP_BLOCK, rows]);
        run.convolve(...[x, packed, y, taps].map(pointer), to, ...sizes);
        taps.dispose();
      }
      packed.dispose();
      return y;
    },

    convFilter(x, dy, window) {
      const {kernelSize: k} = window;
      const [from, to] = [x.shape[3], dy.shape[3]];
      const filter = zeros<tf.Tensor4D>([k, k, from, to]);
      if (isPointwise(window)) {
        run.productFilter(...[x, dy, filter].map(pointer), dy.size / to, from, to);
        return filter;
      }
      const taps = output<tf.Tensor>([TAP_BLOCK, k * k * from]);
      run.convolveFilter(
        ...[x, dy, filter, taps].map(pointer),
        ...[to, ...windowSizes(x.shape, window)]
      );
      taps.dispose();
      return filter;
    },

    convInput(dy, filter, inputShape, window) {
      const [, , from, to] = filter.shape;
      const rows = window.kernelSize ** 2 * from;
      const packed = pack(filter, to, rows, 1, to);
      if (isPointwise(window)) {
        const dx = output<tf.Tensor4D>(inputShape);
        run.product(...[dy, packed, dx].map(pointer), dy.size / to, to, from);
        packed.dispose();
        return dx;
      }
      const dx = zeros<tf.Tensor4D>(inputShape);
      const taps = output<tf.Tensor>([TAP_BLOCK, rows]);
      run.convolveInput(
        ...[dx, packed, dy, taps].map(pointer),
        ...[to, ...windowSizes(inputShape, window)]
      );
      tf.dispose([packed, taps]);
      return dx;
    },

    depthwise(x, filter, window) {
      if (!hasSameOutputs(x.shape, window)) return composedKernels.depthwise(x, filter, window);
      const sizes = windowSizes(x.shape, window);
      const [batch, , , channels, outRows, outColumns] = sizes;
      const y = output<tf.Tensor4D>([batch, outRows, outColumns, channels]);
      const scratch = output<tf.Tensor>([9, channels]);
      run.depthwise(...[x, filter, y, scratch].map(pointer), ...sizes);
      scratch.dispose();
      return y;
    },

    depthwiseFilter(x, dy, window) {
      const {kernelSize: k} = window;
      const filter = zeros<tf.Tensor4D>([k, k, x.shape[3], 1]);
      run.depthwiseFilter(...[x, dy, filter].map(pointer), ...windowSizes(x.shape, window));
      return filter;
    },

    depthwiseInput(dy, filter, inputShape, window) {
      if (!hasSameOutputs(inputShape, window))
        return composedKernels.depthwiseInput(dy, filter, inputShape, window);
      const dx = output<tf.Tensor4D>(inputShape);
      const scratch = output<tf.Tensor>([9, inputShape[3]]);
      const maps = [dy, filter, dx, scratch].map(pointer);
      run.depthwiseInput(...maps, ...windowSizes(inputShape, window));
      scratch.dispose();
      return dx;
    },

    concatInputs(dy, sizes) {
      const [batch, height, width, channels] = dy.shape;
      let first = 0;
      return sizes.map((count) => {
        const part = output<tf.Tensor4D>([batch, height, width, count]);
        const maps = [dy, part].map(pointer);
        run.sliceChannels(...maps, batch * height * width, channels, first, count);
        first += count;
        return part;
      });
    },

    globalPoolInput(dy, inputShape) {
      const [batch, height, width, channels] = inputShape;
      const dx = output<tf.Tensor4D>(inputShape);
      const positions = height * width;
      run.spread(...[dy, dx].map(pointer), batch, positions, channels, 1 / positions);
      return dx;
    },

    normalize(z, gamma, beta, {epsilon, activation}) {
      const channels = z.shape[3];
      const positions = z.size / channels;
      const mean = output<tf.Tensor1D>([channels]);
      const variance = output<tf.Tensor1D>([channels]);
      const y = output<tf.Tensor4D>(z.shape);
      run.moments(pointer(z), pointer(mean), pointer(variance), positions, channels);
      const [scale, shift] = affine(mean, variance, gamma, beta, epsilon);
      const parts = [z, scale, shift, y].map(pointer);
      run.affineClamp(...parts, positions, channels, ...bounds(activation));
      tf.dispose([scale, shift]);
      return {y, mean, variance};
    },

    normalizeGradient(dy, z, {mean, variance}, gamma, beta, options: NormalizeOptions) {
      const {epsilon, activation} = options;
      const channels = z.shape[3];
      const positions = z.size / channels;
      const dbeta = output<tf.Tensor1D>([channels]);
      const dgamma = output<tf.Tensor1D>([channels]);
      const dz = output<tf.Tensor4D>(z.shape);
      const [scale, shift] = affine(mean, variance, gamma, beta, epsilon);
      const inputs = [dy, z, scale, shift].map(pointer);
      const limits = bounds(activation);
      const sums = [mean, dbeta, dgamma].map(pointer);
      run.gatedSums(...inputs, ...sums, positions, channels, ...limits);
      // dz = γ s (g − dβ/N − (z − μ) s dγ/N) with s = 1/√(σ² + ε): affine in g and z.
      const factors = [0, 1, 2].map(() => new Float32Array(channels));
      const [m, v, g, b, sum] = [mean, variance, gamma, dbeta, dgamma].map(view);
      for (let c = 0; c < channels; c++) {
        const s = 1 / Math.sqrt(v[c] + epsilon);
        sum[c] *= s;
        factors[0][c] = g[c] * s;
        factors[1][c] = (-g[c] * s * s * sum[c]) / positions;
        factors[2][c] = (-g[c] * s * b[c]) / positions - factors[1][c] * m[c];
      }
      const vectors = factors.map(vector);
      const outputs = [...vectors, dz].map(pointer);
      run.gatedAffine(...inputs, ...outputs, positions, channels, ...limits);
      tf.dispose([...vectors, scale, shift]);
      return {dz, dgamma, dbeta};
    },

    resizeInput(dy, inputShape) {
      const [batch, height, width, channels] = inputShape;
      const dx = output<tf.Tensor4D>(inputShape);
      const [, outHeight, outWidth] = dy.shape;
      const sizes = [batch, height, width, outHeight, outWidth, channels];
      run.resizeInput(pointer(dy), pointer(dx), ...sizes);
      return dx;
    },

    channelSums,

    crossEntropy(logits, labels, {classWeights, labelSize, every = 1, smoothing = 0, confusion}) {
      const [rows, columns] = labelSize;
      const [count, height, width, classes] = logits.shape;
      const gradient = zeros<tf.Tensor4D>(logits.shape);
      const weights = vector(classWeights);
      // Whatever is neither a map nor a vector borrows a tensor's memory, four bytes a value.
      const bytes = output<tf.Tensor1D>([Math.ceil(labels.length / 4)]);
      const counts = zeros<tf.Tensor1D>([classes * classes]);
      const sums = zeros<tf.Tensor1D>([4]);
      const lanes = 4 * Math.ceil(columns / every / 4);
      const wide = 4 * Math.ceil(classes / 4);
      const scratch = zeros<tf.Tensor1D>([(2 * width + lanes) * wide + 3 * lanes + 16]);
      new Uint8Array(backend.wasm.HEAPF32.buffer, pointer(bytes)).set(labels);
      let [loss, weight] = [0, 0];
      const size = height * width * classes * 4;
      for (let i = 0; i < count; i++) {
        run.crossEntropy(
          pointer(logits) + i * size,
          pointer(bytes) + i * rows * columns,
          pointer(weights),
          pointer(gradient) + i * size,
          pointer(counts),
          pointer(sums),
          pointer(scratch),
          ...[height, width, classes, rows, columns, every, classes, smoothing]
        );
        const {buffer} = backend.wasm.HEAPF32;
        const view64 = new DataView(buffer, pointer(sums));
        loss += view64.getFloat64(0, true);
        weight += view64.getFloat64(8, true);
      }
      if (confusion) {
        const seen = new Uint32Array(backend.wasm.HEAPF32.buffer, pointer(counts), counts.size);
        seen.forEach((n, i) => (confusion[i] += n));
      }
      tf.dispose([weights, bytes, counts, sums, scratch]);
      return {loss, weight, gradient};
    }
  };
}

/**
 * Whether the depthwise kernels may run: they let a tap outside the map read, with weight zero, any
 * of as many inputs as there are outputs (or the other way round), so there must be that many.
 */
function hasSameOutputs(shape: readonly number[], window: Window): boolean {
  return [shape[1], shape[2]].every(
    (size) => windowPadding(size, window).outputs === Math.ceil(size / window.stride)
  );
}

/** Returns the open interval in which an activation passes its gradient, and clamps to. */
function bounds(activation: Activation): [low: number, high: number] {
  if (activation === "linear") return [-Infinity, Infinity];
  return [0, activation === "relu" ? Infinity : 6];
}
