import * as tf from "@tensorflow/tfjs-core";
import type {GradientKernels, Window} from "../gradients.ts";
import {composedKernels} from "../gradients.ts";
import type {Activation} from "../network.ts";
import {isPointwise, windowPadding} from "../padding.ts";
import {eachPosition, runShader, spanOf, sumFirst, sumPositions} from "./webgpuPrograms.ts";

/**
 * The gradient kernels on TensorFlow.js's WebGPU backend. Most are composed of its operations;
 * shaders of ours stand in where these make many passes over a map (batch normalization), keep
 * many copies of one (a depthwise convolution's nine taps), or add up in no fixed order (a product
 * of long matrices, split among workgroups that add atomically). So on one device the same input
 * gives the same gradient, to the last bit, in networks whose only convolution by a filter wider
 * than a pixel, but for depthwise ones, is the first.
 */
export const webgpuKernels: GradientKernels = {
  ...composedKernels,

  convFilter(x, dy, window) {
    if (!isPointwise(window)) return composedKernels.convFilter(x, dy, window);
    const [batch, , , from] = x.shape;
    const to = dy.shape[3];
    return tf.tidy(() => {
      const left = tf.reshape(x, [batch, -1, from]); // [batch, positions, in]
      const right = tf.reshape(dy, [batch, -1, to]); // [batch, positions, out]
      const products = tf.matMul(left, right, true, false); // [batch, in, out], none of them split
      return tf.reshape(sumFirst(products), [1, 1, from, to]);
    });
  },

  convInput(dy, filter, inputShape, window) {
    if (!isPointwise(window)) return composedKernels.convInput(dy, filter, inputShape, window);
    return tf.tidy(() => tf.conv2d(dy, tf.transpose(filter, [0, 1, 3, 2]), 1, "same"));
  },

  depthwiseFilter(x, dy, window) {
    const {kernelSize: k} = window;
    const [batch, rows, columns, channels] = dy.shape;
    const lines = batch * rows;
    // A thread sums one tap of one channel over a span of whole rows.
    const span = Math.ceil(spanOf(lines * columns) / columns);
    return tf.tidy(() => {
      const spans: tf.Tensor = runShader({
        name: "depthwiseFilter",
        inputs: {x, dy},
        integers: {...windowOf(x.shape, window), span, lines},
        shape: [Math.ceil(lines / span), k, k, channels],
        code: `
          let to = getCoordsFromIndex(index); // span, row and column of the tap, channel
          let end = min((to.x + 1) * uniforms.span, uniforms.lines);
          var sum = 0.0;
          for (var line = to.x * uniforms.span; line < end; line++) {
            let picture = line / uniforms.dyShape.y;
            let row = line - picture * uniforms.dyShape.y;
            let r = row * uniforms.stride + to.y * uniforms.rate - uniforms.top;
            if (r < 0 || r >= uniforms.xShape.y) { continue; }
            for (var column = 0; column < uniforms.dyShape.z; column++) {
              let c = column * uniforms.stride + to.z * uniforms.rate - uniforms.left;
              if (c < 0 || c >= uniforms.xShape.z) { continue; }
              sum += getX(picture, r, c, to.w) * getDy(picture, row, column, to.w);
            }
          }
          return sum;`
      });
      return tf.reshape(sumFirst(spans), [k, k, channels, 1]);
    });
  },

  depthwiseInput(dy, filter, inputShape, window) {
    return runShader({
      name: "depthwiseInput",
      inputs: {dy, taps: filter},
      integers: windowOf(inputShape, window),
      shape: inputShape,
      code: `
        let to = getCoordsFromIndex(index); // picture, row, column, channel
        var sum = 0.0;
        for (var i = 0; i < uniforms.tapsShape.x; i++) {
          let r = to.y + uniforms.top - i * uniforms.rate;
          let row = r / uniforms.stride;
          if (r < 0 || row * uniforms.stride != r || row >= uniforms.dyShape.y) { continue; }
          for (var j = 0; j < uniforms.tapsShape.y; j++) {
            let c = to.z + uniforms.left - j * uniforms.rate;
            let column = c / uniforms.stride;
            if (c < 0 || column * uniforms.stride != c || column >= uniforms.dyShape.z) {
              continue;
            }
            sum += getDy(to.x, row, column, to.w) * getTaps(i, j, to.w, 0);
          }
        }
        return sum;`
    });
  },

  normalize(z, gamma, beta, {epsilon, activation}) {
    const factor = z.shape[3] / z.size;
    const mean = sumPositions("sum", "x[at]", {x: z}, {factor});
    const square = "(z[at] - mean[channel]) * (z[at] - mean[channel])";
    const variance = sumPositions("squares", square, {z, mean}, {factor});
    const linear = `(z[at] - mean[channel]) * ${inverse} * gamma[channel] + beta[channel]`;
    const inputs = {z, mean, variance, gamma, beta};
    const y = eachPosition(`normalize_${activation}`, clamped(linear, activation), inputs, {
      epsilon
    });
    return {y, mean, variance};
  },

  normalizeGradient(dy, z, {y, mean, variance}, gamma, _beta, {epsilon, activation}) {
    const gated = gate(activation);
    // A shader may not be given what it does not read.
    const gating: Record<string, tf.Tensor> = activation === "linear" ? {dy} : {dy, y};
    const standard = `(z[at] - mean[channel]) * ${inverse}`;
    const dbeta = sumPositions(`dbeta_${activation}`, gated, gating);
    const dgamma = sumPositions(
      `dgamma_${activation}`,
      `${gated} * ${standard}`,
      {...gating, z, mean, variance},
      {reals: {epsilon}}
    );
    // A shader may read eight arrays at most: the vectors go as one, [3, channels].
    const scale = tf.tidy(() => tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon))));
    // Mean and variance depend on every z: hence the two sums taken off (Ioffe & Szegedy 2015).
    const vectors = tf.tidy(() => tf.stack([scale, dbeta, dgamma]));
    const dz = eachPosition(
      `dz_${activation}`,
      `getVectors(0, channel) * (${gated} - uniforms.share *
        (getVectors(1, channel) + ${standard} * getVectors(2, channel)))`,
      {...gating, z, mean, variance, vectors},
      {epsilon, share: z.shape[3] / z.size}
    );
    tf.dispose([scale, vectors]);
    return {dz, dgamma, dbeta};
  },

  channelSums: (dy) => sumPositions("sum", "x[at]", {x: dy})
};

const inverse = "inverseSqrt(variance[channel] + uniforms.epsilon)";

/** WGSL of an activation of *value*. */
function clamped(value: string, activation: Activation): string {
  if (activation === "linear") return value;
  return activation === "relu" ? `max(${value}, 0.0)` : `clamp(${value}, 0.0, 6.0)`;
}

/** WGSL of the gradient before an activation, given that after it and the activation's output. */
function gate(activation: Activation): string {
  if (activation === "linear") return "dy[at]";
  const passes = activation === "relu" ? "y[at] > 0.0" : "y[at] > 0.0 && y[at] < 6.0";
  return `select(0.0, dy[at], ${passes})`;
}

/** The uniforms of a window over maps of *inputShape*. */
function windowOf([, height, width]: readonly number[], window: Window) {
  const {stride, rate} = window;
  const {before: top} = windowPadding(height, window);
  const {before: left} = windowPadding(width, window);
  return {stride, rate, top, left};
}
