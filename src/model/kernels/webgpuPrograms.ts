import * as tf from "@tensorflow/tfjs-core";

/** What TensorFlow.js's WebGPU backend asks of a shader; in its source, `WebGPUProgram`. */
interface Program {
  /** Names the shader in the cache of compiled ones. */
  shaderKey: string;
  /** In the shader each is an array, has `getName(coordinates…)`, and a uniform `nameShape`. */
  readonly variableNames: readonly string[];
  /** Declarations of uniforms of the program's own. */
  readonly uniforms: string;
  readonly outputShape: number[];
  readonly workgroupSize: readonly [number, number, number];
  readonly dispatchLayout: {readonly x: readonly number[]};
  dispatch: [number, number, number];
  /** Whether there is a uniform for the output's size. */
  readonly size: boolean;
  getUserCode(): string;
}

interface Uniform {
  readonly type: "int32" | "float32";
  readonly data: number[];
}

/** The part of the WebGPU backend that runs a program. */
interface Backend {
  runWebGPUProgram(
    program: Program,
    inputs: readonly tf.TensorInfo[],
    dtype: "float32",
    uniforms: readonly Uniform[]
  ): tf.TensorInfo;
}

/** A shader of ours. */
export interface Shader {
  /** Tells it from every other: what is compiled is kept by this name. */
  readonly name: string;
  /** The inputs, by the names that the code has for them. */
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  /** Whole numbers, or reals, that the code reads as `uniforms.name`. */
  readonly integers?: Readonly<Record<string, number>>;
  readonly reals?: Readonly<Record<string, number>>;
  readonly shape: readonly number[];
  /** WGSL that computes the value of the output at `index`, and ends by returning it. */
  readonly code: string;
}

/**
 * Runs a shader, a thread for each value of its output, on the current WebGPU backend. Threads
 * share nothing, so that sums have one order and no thread waits for another.
 */
export function runShader<T extends tf.Tensor>(shader: Shader): T {
  const {name, inputs, integers = {}, reals = {}, shape, code} = shader;
  const declared = [
    ...Object.keys(integers).map((key) => `${key} : i32,`),
    ...Object.keys(reals).map((key) => `${key} : f32,`)
  ];
  const uniforms: Uniform[] = [
    ...Object.values(integers).map((value) => ({type: "int32" as const, data: [value]})),
    ...Object.values(reals).map((value) => ({type: "float32" as const, data: [value]}))
  ];
  const size = shape.reduce((product, d) => product * d, 1);
  const program: Program = {
    shaderKey: `deeplab_${name}`,
    variableNames: Object.keys(inputs),
    uniforms: declared.join(" "),
    outputShape: shape.slice(),
    workgroupSize: [64, 1, 1],
    dispatchLayout: {x: shape.map((_, axis) => axis)},
    dispatch: [Math.ceil(size / 64), 1, 1],
    size: true,
    getUserCode: () => `
      fn valueAt(index : i32) -> f32 {
        ${code}
      }

      fn main(index : i32) {
        if (index < uniforms.size) { setOutputAtIndex(index, valueAt(index)); }
      }`
  };
  const backend = tf.backend() as unknown as Backend;
  const output = backend.runWebGPUProgram(program, Object.values(inputs), "float32", uniforms);
  return tf.engine().makeTensorFromTensorInfo(output) as T;
}

/** Returns the sums of *x*, of any shape, over its first axis, times a factor. */
export function sumFirst(x: tf.Tensor, factor = 1): tf.Tensor1D {
  const [count] = x.shape;
  return runShader({
    name: "sumFirst",
    inputs: {x},
    integers: {count},
    reals: {factor},
    shape: [x.size / count],
    code: `
      var sum = 0.0;
      for (var i = 0; i < uniforms.count; i++) { sum += x[i * uniforms.size + index]; }
      return sum * uniforms.factor;`
  });
}

/** Returns how many positions one thread sums where there are *positions*: about √positions. */
export function spanOf(positions: number): number {
  return Math.ceil(Math.sqrt(positions));
}

/**
 * Returns the sums over all positions of *value*, times a factor, `[channels]`: WGSL of the inputs
 * at `at`, which are maps of one shape, and at `channel`, which are vectors. Sums of sums, for
 * the sake of accuracy and of threads to do them.
 */
export function sumPositions(
  name: string,
  value: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  {factor = 1, reals = {}}: {factor?: number; reals?: Readonly<Record<string, number>>} = {}
): tf.Tensor1D {
  const [map] = Object.values(inputs);
  const channels = map.shape[map.rank - 1];
  const positions = map.size / channels;
  const span = spanOf(positions);
  const spans: tf.Tensor2D = runShader({
    name,
    inputs,
    integers: {positions, channels, span},
    reals,
    shape: [Math.ceil(positions / span), channels],
    code: `
      let channel = index % uniforms.channels;
      let start = index / uniforms.channels * uniforms.span;
      let end = min(start + uniforms.span, uniforms.positions);
      var sum = 0.0;
      for (var position = start; position < end; position++) {
        let at = position * uniforms.channels + channel;
        sum += ${value};
      }
      return sum;`
  });
  const sums = sumFirst(spans, factor);
  spans.dispose();
  return sums;
}

/** Returns *value*, as in {@link sumPositions}, at every position: a map as the first input is. */
export function eachPosition(
  name: string,
  value: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  reals: Readonly<Record<string, number>> = {}
): tf.Tensor4D {
  const [map] = Object.values(inputs);
  return runShader({
    name,
    inputs,
    integers: {channels: map.shape[map.rank - 1]},
    reals,
    shape: map.shape,
    code: `
      let at = index;
      let channel = index % uniforms.channels;
      return ${value};`
  });
}
