import * as tf from "@tensorflow/tfjs-core";
import {convInput, depthwiseInput} from "./inputGradients.ts";
import type {WindowShape as Window} from "./padding.ts";
import {windowPadding} from "./padding.ts";
import type {Activation} from "./network.ts";

export type {Window};

/** A map `[batch, height, width, channels]`. */
type Map4 = tf.Tensor4D;
type Shape4 = [number, number, number, number];

/** A map normalized over batch, rows and columns, and what its gradient will need. */
export interface Normalized {
  readonly y: tf.Tensor4D;
  /** `[channels]` */
  readonly mean: tf.Tensor1D;
  /** `[channels]`, of the whole population (divided by N, not N − 1) */
  readonly variance: tf.Tensor1D;
}

/** What a normalization is asked to do. */
export interface NormalizeOptions {
  readonly epsilon: number;
  readonly activation: Activation;
}

/**
 * The gradients that TensorFlow.js lacks, as kernels that a backend may replace. TensorFlow.js
 * 4.22 throws for the gradient of every dilated convolution, and its WebAssembly backend has
 * neither filter gradients nor any gradient of a depthwise convolution. The convolutions
 * themselves are among them, because a backend's own may be faster or take fewer windows.
 */
export interface GradientKernels {
  /** Convolution of *x* with a filter `[k, k, in, out]`, any stride, rate and padding. */
  conv(x: Map4, filter: tf.Tensor4D, window: Window): Map4;
  /** Depthwise convolution of *x* with a filter `[k, k, channels, 1]`, likewise. */
  depthwise(x: Map4, filter: tf.Tensor4D, window: Window): Map4;
  /** Convolution's gradient with respect to its filter, `[k, k, in, out]`. */
  convFilter(x: Map4, dy: Map4, window: Window): tf.Tensor4D;
  /** Convolution's gradient with respect to its input, of *inputShape*. */
  convInput(dy: Map4, filter: tf.Tensor4D, inputShape: Shape4, window: Window): Map4;
  /** Depthwise convolution's gradient with respect to its filter, `[k, k, channels, 1]`. */
  depthwiseFilter(x: Map4, dy: Map4, window: Window): tf.Tensor4D;
  /** Depthwise convolution's gradient with respect to its input, of *inputShape*. */
  depthwiseInput(dy: Map4, filter: tf.Tensor4D, inputShape: Shape4, window: Window): Map4;
  /** Batch normalization with the batch's own statistics, and the activation after it. */
  normalize(z: Map4, gamma: tf.Tensor1D, beta: tf.Tensor1D, options: NormalizeOptions): Normalized;
  /** Gradients of {@link normalize} with respect to z, gamma and beta. */
  normalizeGradient(
    dy: Map4,
    z: Map4,
    normalized: Normalized,
    gamma: tf.Tensor1D,
    beta: tf.Tensor1D,
    options: NormalizeOptions
  ): {dz: Map4; dgamma: tf.Tensor1D; dbeta: tf.Tensor1D};
  /** The gradient of a bilinear resize (aligned corners) with respect to its input. */
  resizeInput(dy: Map4, inputShape: Shape4): Map4;
  /** The gradients of a concatenation's inputs, whose channels are *sizes*. */
  concatInputs(dy: Map4, sizes: readonly number[]): Map4[];
  /** The gradient of a mean over rows and columns with respect to its input. */
  globalPoolInput(dy: Map4, inputShape: Shape4): Map4;
  /** Sums over batch, rows and columns, `[channels]`: a bias's gradient. */
  channelSums(dy: Map4): tf.Tensor1D;
}

/**
 * The kernels composed of operations that every backend has. A convolution is a sum over taps,
 * y = Σ_t shift_t(x) w_t, so that its filter's gradient is made of the same shifts, and its input's
 * is a convolution again: nothing here knows about dilation but the distance of a shift.
 */
export const composedKernels: GradientKernels = {
  conv: (x, filter, window) => convolve(tf.conv2d, x, filter, window),

  depthwise: (x, filter, window) => convolve(tf.depthwiseConv2d, x, filter, window),

  convFilter(x, dy, window) {
    const [, , , from] = x.shape;
    const to = dy.shape[3];
    const {kernelSize: k} = window;
    return tf.tidy(() => {
      const flat = tf.reshape(dy, [-1, to]); // [positions, out]
      const taps = forEachTap(window, (i, j) => {
        const tap = tf.reshape(gather(x, dy, window, i, j), [-1, from]); // [positions, in]
        return tf.matMul<tf.Tensor2D>(tap, flat, true, false); // [in, out]
      });
      return tf.reshape(tf.stack(taps), [k, k, from, to]);
    });
  },

  convInput,

  depthwiseFilter(x, dy, window) {
    const {kernelSize: k} = window;
    return tf.tidy(() => {
      const taps = forEachTap(window, (i, j) =>
        channelSums(tf.mul(gather(x, dy, window, i, j), dy))
      );
      return tf.reshape(tf.stack(taps), [k, k, x.shape[3], 1]);
    });
  },

  depthwiseInput,

  normalize(z, gamma, beta, {epsilon, activation}) {
    return tf.tidy(() => {
      const positions = z.size / z.shape[3];
      const mean = tf.div<tf.Tensor1D>(channelSums(z), positions);
      const centered = tf.sub<Map4>(z, mean);
      const variance = tf.div<tf.Tensor1D>(channelSums(tf.square(centered)), positions);
      const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)));
      const linear: Map4 = tf.add(tf.mul(centered, scale), beta);
      const y =
        activation === "linear"
          ? linear
          : activation === "relu"
            ? tf.relu(linear)
            : tf.relu6(linear);
      return {y, mean, variance};
    });
  },

  normalizeGradient(dy, z, {y, mean, variance}, gamma, _beta, {epsilon, activation}) {
    return tf.tidy(() => {
      const positions = z.size / z.shape[3];
      const inverse = tf.rsqrt(tf.add(variance, epsilon)); // [channels]
      const standard = tf.mul(tf.sub(z, mean), inverse); // [batch, height, width, channels]
      const gated = gate(dy, y, activation);
      const dbeta = channelSums(gated);
      const dgamma = channelSums(tf.mul(gated, standard));
      // Mean and variance depend on every z: hence the two sums taken off (Ioffe & Szegedy 2015).
      const shared = tf.div(tf.add(dbeta, tf.mul(standard, dgamma)), positions);
      const dz: Map4 = tf.mul(tf.sub(gated, shared), tf.mul(gamma, inverse));
      return {dz, dgamma, dbeta};
    });
  },

  resizeInput(dy, inputShape) {
    const [batch, height, width, channels] = inputShape;
    const [, toHeight, toWidth] = dy.shape;
    return tf.tidy(() => {
      // Interpolation is linear and separable: y = R x Cᵀ, so dx = Rᵀ dy C.
      const rows = tf.tensor2d(interpolation(height, toHeight), [toHeight, height]);
      const columns = tf.tensor2d(interpolation(width, toWidth), [toWidth, width]);
      const byRow = tf.reshape(dy, [batch, toHeight, toWidth * channels]);
      const transposed = (matrix: tf.Tensor2D, copies: number) =>
        tf.tile(tf.expandDims(tf.transpose(matrix), 0), [copies, 1, 1]);
      // [batch · height, toWidth, channels]
      const narrowed = tf.reshape(tf.matMul(transposed(rows, batch), byRow), [
        batch * height,
        toWidth,
        channels
      ]);
      return tf.reshape(tf.matMul(transposed(columns, batch * height), narrowed), inputShape);
    });
  },

  concatInputs: (dy, sizes) => tf.split(dy, sizes.slice(), 3),

  globalPoolInput(dy, [, height, width]) {
    return tf.tidy(() => {
      const each: tf.Tensor4D = tf.div(dy, height * width); // [batch, 1, 1, channels]
      return tf.tile(each, [1, height, width, 1]);
    });
  },

  channelSums
};

/**
 * Convolves with TensorFlow.js, around two limits of it: it takes a stride or a rate, not both,
 * and XNNPACK's SAME padding goes wrong where windows leave gaps between them.
 */
function convolve(
  convolution: typeof tf.conv2d,
  x: Map4,
  filter: tf.Tensor4D,
  window: Window
): Map4 {
  const {kernelSize, stride, rate, padding = "same"} = window;
  const dilations = kernelSize === 1 ? 1 : rate;
  const plain = kernelSize === 1 || stride === 1;
  if (padding === "same" && (plain || (rate === 1 && stride <= kernelSize)))
    return convolution(x, filter, stride, "same", "NHWC", dilations);
  return tf.tidy(() => {
    const padded = pad(x, window);
    if (plain || rate === 1) return convolution(padded, filter, stride, "valid", "NHWC", dilations);
    const dense = convolution(padded, filter, 1, "valid", "NHWC", rate);
    const end = dense.shape.slice();
    return tf.stridedSlice(dense, [0, 0, 0, 0], end, [1, stride, stride, 1]) as Map4;
  });
}

/** Returns the gradient before an activation, given that after it and the activation's output. */
export function gate(dy: Map4, y: Map4, activation: Activation): Map4 {
  if (activation === "linear") return dy;
  return tf.tidy(() => {
    // WebAssembly compares forty times slower than it steps.
    const open = tf.mul<Map4>(dy, tf.step(y));
    return activation === "relu" ? open : tf.mul(open, tf.step(tf.sub(6, y)));
  });
}

function channelSums(dy: Map4): tf.Tensor1D {
  return tf.sum(dy, [0, 1, 2]);
}

function forEachTap<T>({kernelSize}: Window, tap: (i: number, j: number) => T): T[] {
  const taps: T[] = [];
  for (let i = 0; i < kernelSize; i++) for (let j = 0; j < kernelSize; j++) taps.push(tap(i, j));
  return taps;
}

/** Returns *x* with the zeros of *window*'s padding around it. */
function pad(x: Map4, window: Window): Map4 {
  const rows = windowPadding(x.shape[1], window);
  const columns = windowPadding(x.shape[2], window);
  return tf.pad(x, [
    [0, 0],
    [rows.before, rows.after],
    [columns.before, columns.after],
    [0, 0]
  ]);
}

/** Returns the inputs that tap (i, j) reads for every output of *dy*'s size, zeros in padding. */
function gather(x: Map4, dy: Map4, window: Window, i: number, j: number): Map4 {
  const {stride, rate} = window;
  const [batch, , , channels] = x.shape;
  const padded = pad(x, window);
  const [top, left] = [i * rate, j * rate];
  const [outRows, outColumns] = [dy.shape[1], dy.shape[2]];
  const end: Shape4 = [
    batch,
    top + (outRows - 1) * stride + 1,
    left + (outColumns - 1) * stride + 1,
    channels
  ];
  return tf.stridedSlice(padded, [0, top, left, 0], end, [1, stride, stride, 1]) as Map4;
}

/** Returns the matrix `[to, from]` of linear interpolation with aligned corners. */
function interpolation(from: number, to: number): Float32Array {
  const matrix = new Float32Array(to * from);
  const step = to > 1 ? (from - 1) / (to - 1) : 0;
  for (let i = 0; i < to; i++) {
    const at = i * step;
    const low = Math.floor(at);
    const high = Math.min(Math.ceil(at), from - 1);
    matrix[i * from + low] += 1 - (at - low);
    matrix[i * from + high] += at - low;
  }
  return matrix;
}
