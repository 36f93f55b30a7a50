import * as tf from "@tensorflow/tfjs-core";
import type {GradientKernels} from "../gradients.ts";

/** The sums from which a loss is averaged over several pictures. */
export interface LossSums {
  /** Σ weight · cross-entropy, in nats. */
  loss: number;
  /** Σ weight. */
  weight: number;
}

export interface LossOptions {
  /** Height and width of the labels. */
  readonly labelSize: readonly [height: number, width: number];
  /** The weight of each class. */
  readonly classWeights: Float32Array;
  /** Only every *every*-th row and column of labels counts. Default 1. */
  readonly every?: number;
  /**
   * The share of a pixel's target that is spread evenly over all classes (label smoothing, Szegedy
   * et al. 2016). Default 0.
   */
  readonly smoothing?: number;
  /** If given, counts of (truth, prediction) are added to it, truth-major. */
  readonly confusion?: Uint32Array | undefined;
}

/** The sums of a loss, and the gradient of the first with respect to the logits. */
export interface LossGradient extends LossSums {
  /** `[batch, height, width, classes]`, not divided by the weight. */
  readonly gradient: tf.Tensor4D;
}

/** The gradient kernels with the loss, for a backend that has it; see {@link crossEntropy}. */
export interface TrainingKernels extends GradientKernels {
  crossEntropy?(logits: tf.Tensor4D, labels: Uint8Array, options: LossOptions): LossGradient;
}

/**
 * Returns the cross-entropy of *logits* `[batch, height, width, classes]` upsampled to *labels*
 * (`[batch, rows, columns]`), and its gradient; see {@link addCrossEntropy}.
 */
export function crossEntropy(
  logits: tf.Tensor4D,
  labels: Uint8Array,
  options: LossOptions
): LossGradient {
  const [count, height, width, classes] = logits.shape;
  const values = logits.dataSync() as Float32Array;
  const gradient = new Float32Array(values.length);
  const size = height * width * classes;
  const area = options.labelSize[0] * options.labelSize[1];
  let [loss, weight] = [0, 0];
  for (let i = 0; i < count; i++) {
    const sums = addCrossEntropy(
      values.subarray(i * size, (i + 1) * size),
      labels.subarray(i * area, (i + 1) * area),
      gradient.subarray(i * size, (i + 1) * size),
      {...options, size: [height, width], classes}
    );
    loss += sums.loss;
    weight += sums.weight;
  }
  return {loss, weight, gradient: tf.tensor4d(gradient, logits.shape)};
}

/**
 * Adds to *gradient* (of the logits' layout, `[height, width, classes]`) the gradient of
 * Σ weight · cross-entropy of the true class, over the pixels of one picture whose label is a class
 * (the number of classes is void), with p the softmax of the logits upsampled to the labels' size
 * (bilinear, aligned corners), and returns the sums. The caller divides by the sum of weights,
 * which may span pictures.
 *
 * Upsampling is separable: a row of labels reads one row of logits, mixed from two, and the
 * gradient goes back the same way.
 */
export function addCrossEntropy(
  logits: Float32Array,
  labels: Uint8Array,
  gradient: Float32Array,
  {
    size: [height, width],
    classes,
    labelSize,
    classWeights,
    every = 1,
    smoothing = 0,
    confusion
  }: LossOptions & {size: readonly [height: number, width: number]; classes: number}
): LossSums {
  const [rows, columns] = labelSize;
  const stepY = rows > 1 ? (height - 1) / (rows - 1) : 0;
  const stepX = columns > 1 ? (width - 1) / (columns - 1) : 0;
  const rowLength = width * classes;
  const row = new Float32Array(rowLength);
  const rowGradient = new Float32Array(rowLength);
  const p = new Float64Array(classes);
  let loss = 0;
  let weight = 0;
  for (let y = 0; y < rows; y += every) {
    const fy = y * stepY;
    const y0 = Math.min(Math.floor(fy), height - 1);
    const y1 = Math.min(y0 + 1, height - 1);
    const v = fy - y0;
    const top = y0 * rowLength;
    const bottom = y1 * rowLength;
    for (let i = 0; i < rowLength; i++)
      row[i] = logits[top + i] + (logits[bottom + i] - logits[top + i]) * v;
    rowGradient.fill(0);
    for (let x = 0; x < columns; x += every) {
      const truth = labels[y * columns + x];
      if (truth === classes) continue;
      const fx = x * stepX;
      const x0 = Math.min(Math.floor(fx), width - 1);
      const u = fx - x0;
      const a = x0 * classes;
      const b = Math.min(x0 + 1, width - 1) * classes;
      let most = -Infinity;
      let predicted = 0;
      for (let c = 0; c < classes; c++) {
        const value = row[a + c] + (row[b + c] - row[a + c]) * u;
        p[c] = value;
        if (value > most) {
          most = value;
          predicted = c;
        }
      }
      let target = (1 - smoothing) * p[truth];
      for (let c = 0; c < classes; c++) target += (smoothing / classes) * p[c];
      let sum = 0;
      for (let c = 0; c < classes; c++) sum += p[c] = Math.exp(p[c] - most);
      const w = classWeights[truth];
      loss += w * (Math.log(sum) + most - target);
      weight += w;
      if (confusion) confusion[truth * classes + predicted]++;
      const scale = w / sum;
      p[truth] -= (1 - smoothing) * sum;
      const even = (smoothing / classes) * w;
      for (let c = 0; c < classes; c++) {
        const g = p[c] * scale - even;
        rowGradient[a + c] += g * (1 - u);
        rowGradient[b + c] += g * u;
      }
    }
    for (let i = 0; i < rowLength; i++) {
      gradient[top + i] += rowGradient[i] * (1 - v);
      gradient[bottom + i] += rowGradient[i] * v;
    }
  }
  return {loss, weight};
}

/** Returns class weights (1 / frequency)^power, scaled so that the average pixel weighs 1. */
export function classWeights(counts: ArrayLike<number>, power = 0.4): Float32Array {
  const total = Array.from(counts).reduce((a, b) => a + b, 0);
  if (!(total > 0)) throw new RangeError("no labeled pixel to weigh classes by");
  const share = Array.from(counts, (count) => Math.max(count, 1) / total);
  const weights = share.map((s) => s ** -power);
  const average = weights.reduce((sum, w, c) => sum + w * share[c], 0);
  return Float32Array.from(weights, (w) => w / average);
}
