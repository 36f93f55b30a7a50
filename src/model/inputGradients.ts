import * as tf from "@tensorflow/tfjs-core";
import type {PoolLayer} from "./network.ts";
import {spanOf, windowPadding, type WindowShape} from "./padding.ts";

/** A map `[batch, height, width, channels]`. */
type Map4 = tf.Tensor4D;
type Shape4 = readonly [batch: number, height: number, width: number, channels: number];

/**
 * Returns the gradient of a convolution with respect to its input, of *inputShape*, given that of
 * its output and its filter `[k, k, in, out]`. It is a convolution itself, of the outputs' gradients
 * set *stride* apart, with the filter turned by half a turn and its channels exchanged: one call of
 * the backend's fastest kernel, at any stride, rate and padding.
 */
export function convInput(dy: Map4, filter: Map4, inputShape: Shape4, window: WindowShape): Map4 {
  return tf.tidy(() => {
    const turned = tf.transpose(halfTurn(filter), [0, 1, 3, 2]); // [k, k, out, in]
    return convolve(tf.conv2d, dy, turned, inputShape, window);
  });
}

/** Returns the same of a depthwise convolution, whose filter is `[k, k, channels, 1]`. */
export function depthwiseInput(
  dy: Map4,
  filter: Map4,
  inputShape: Shape4,
  window: WindowShape
): Map4 {
  return tf.tidy(() => convolve(tf.depthwiseConv2d, dy, halfTurn(filter), inputShape, window));
}

/**
 * Returns the gradient of pooling *x* to *y* with respect to x, given that of y. An average hands
 * each input of its window an equal part, a maximum all to the greatest (to equals, equal parts).
 */
export function poolInput(
  dy: Map4,
  x: Map4,
  y: Map4,
  window: Pick<PoolLayer, "kind" | "kernelSize" | "stride" | "rate" | "padding">
): Map4 {
  const {kind, kernelSize: k, stride, rate} = window;
  const [batch, height, width, channels] = x.shape;
  const [, rows, columns] = y.shape;
  const top = windowPadding(height, window).before;
  const left = windowPadding(width, window).before;
  const taps = Array.from({length: k * k}, (_, tap) => ({
    down: Math.floor(tap / k) * rate - top,
    across: (tap % k) * rate - left
  }));
  const [outHeight, outWidth] = [(rows - 1) * stride + 1, (columns - 1) * stride + 1];
  /** What a tap reads for each output; *map* is 0 beyond its edges. */
  const read = (map: Map4, {down, across}: (typeof taps)[number]): Map4 =>
    tf.stridedSlice(
      frame(map, {top: -down, left: -across, height: outHeight, width: outWidth}),
      [0, 0, 0, 0],
      [map.shape[0], outHeight, outWidth, map.shape[3]],
      [1, stride, stride, 1]
    ) as Map4;
  return tf.tidy(() => {
    const inside = tf.ones<tf.Rank.R4>([1, height, width, 1]);
    // Which inputs of its window an output is made of: 1 or 0, one map for each tap.
    const parts = taps.map((tap): Map4 => {
      const isThere = read(inside, tap);
      if (kind === "average") return isThere;
      return tf.mul(isThere, tf.cast(tf.equal(read(x, tap), y), "float32"));
    });
    const counts = parts.reduce((a, b) => tf.add(a, b));
    const share = tf.div<Map4>(dy, counts);
    return taps
      .map(({down, across}, i) =>
        frame(spread(tf.mul(share, parts[i]), stride), {top: down, left: across, height, width})
      )
      .reduce((a, b) => tf.add(a, b), tf.zeros<tf.Rank.R4>([batch, height, width, channels]));
  });
}

function halfTurn(filter: Map4): Map4 {
  return filter.shape[0] === 1 ? filter : tf.reverse(filter, [0, 1]);
}

function convolve(
  convolution: typeof tf.conv2d,
  dy: Map4,
  filter: Map4,
  [, height, width]: Shape4,
  window: WindowShape
): Map4 {
  const {kernelSize, stride} = window;
  const {before: top} = windowPadding(height, window);
  const {before: left} = windowPadding(width, window);
  const reach = spanOf(window) - 1;
  const rate = kernelSize === 1 ? 1 : window.rate;
  // Output u of a window read inputs u · stride − top on: so input v is reached from v − reach + top
  // on, in steps of the stride.
  const framed = frame(spread(dy, stride), {
    top: reach - top,
    left: reach - left,
    height: height + reach,
    width: width + reach
  });
  return convolution(framed, filter, 1, "valid", "NHWC", rate);
}

/** Returns *x* with stride − 1 zeros after every row and column. */
function spread(x: Map4, stride: number): Map4 {
  if (stride === 1) return x;
  const [batch, height, width, channels] = x.shape;
  const zeros: [[number, number], [number, number], [number, number]] = [
    [0, 0],
    [0, stride - 1],
    [0, 0]
  ];
  const wide = tf.pad(tf.reshape(x, [batch * height * width, 1, channels]), zeros);
  const tall = tf.pad(tf.reshape(wide, [batch * height, 1, width * stride * channels]), zeros);
  return tf.reshape(tall, [batch, height * stride, width * stride, channels]);
}

/** Returns the part of *x* in a frame that begins *top* rows above it and *left* columns before. */
function frame(
  x: Map4,
  {top, left, height, width}: {top: number; left: number; height: number; width: number}
): Map4 {
  const [batch, rows, columns, channels] = x.shape;
  const fit = (before: number, length: number, size: number) => {
    const skip = Math.max(0, -before);
    const pad = Math.max(0, before);
    const count = Math.min(length - skip, size - pad);
    return {skip, count, pad, after: size - pad - count};
  };
  const v = fit(top, rows, height);
  const h = fit(left, columns, width);
  if (v.count <= 0 || h.count <= 0) return tf.zeros([batch, height, width, channels]);
  const kept =
    v.count === rows && h.count === columns
      ? x
      : tf.slice(x, [0, v.skip, h.skip, 0], [batch, v.count, h.count, channels]);
  return tf.pad(kept, [
    [0, 0],
    [v.pad, v.after],
    [h.pad, h.after],
    [0, 0]
  ]);
}
