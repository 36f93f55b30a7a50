import type {Layout} from "./parameters.ts";

/** What AdamW remembers of past gradients: running means of them and of their squares. */
export interface AdamState {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

export interface AdamOptions {
  /** Default 0.05. */
  readonly weightDecay?: number;
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
}

/**
 * Takes one step of AdamW (Loshchilov & Hutter 2019) in place. Weight decay is decoupled from the
 * gradient and applies to the slots that ask for it. *step* counts from 1.
 */
export function adamW(
  layout: Layout,
  values: Float32Array,
  gradient: Float32Array,
  {first, second}: AdamState,
  step: number,
  learningRate: number,
  {weightDecay = 0.05, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8}: AdamOptions = {}
): void {
  const rate = learningRate / (1 - beta1 ** step);
  const correction = 1 / (1 - beta2 ** step);
  for (const {offset, size, decays} of layout.trained) {
    const keep = decays ? 1 - learningRate * weightDecay : 1;
    for (let i = offset; i < offset + size; i++) {
      const g = gradient[i];
      const mean = first[i] + (1 - beta1) * (g - first[i]);
      const square = second[i] + (1 - beta2) * (g * g - second[i]);
      first[i] = mean;
      second[i] = square;
      values[i] = values[i] * keep - (rate * mean) / (Math.sqrt(square * correction) + epsilon);
    }
  }
}

/**
 * Returns the learning rate at a fraction *progress* of training, in [0, 1]: a linear warm-up over
 * the first **warmUp**, then *peak* · (1 − progress)^**power**, the poly schedule of DeepLab.
 */
export function polySchedule(
  peak: number,
  progress: number,
  {warmUp = 0.02, power = 0.9}: {warmUp?: number; power?: number} = {}
): number {
  const remaining = Math.max(0, 1 - progress) ** power;
  return peak * remaining * Math.min(1, (progress + 1e-4) / warmUp);
}

/** Scales *gradient* in place so that its norm is at most *limit*; returns the norm it had. */
export function clipNorm(gradient: Float32Array, limit: number): number {
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) sum += gradient[i] * gradient[i];
  const norm = Math.sqrt(sum);
  const factor = limit / norm;
  if (norm > limit) for (let i = 0; i < gradient.length; i++) gradient[i] *= factor;
  return norm;
}
