import * as tf from "@tensorflow/tfjs-core";
import type {Backend, BackendOptions} from "./backend.ts";
import {
  backends as allBackends,
  loseDevice,
  openFastest,
  read,
  threadCount,
  useBackend,
  watchLoss
} from "./backend.ts";
import type {OutputStride} from "./deeplab.ts";
import {deeplabV3Plus, ratesUsed, shippedOptions} from "./deeplab.ts";
import type {FoldedWeights} from "./execute.ts";
import {execute, foldWeights} from "./execute.ts";
import type {Logits} from "./logits.ts";
import type {Picture} from "./picture.ts";
import {checkPictureSize, inputSize, resizePicture} from "./picture.ts";
import {shapes} from "./shapes.ts";
import type {TrainedNetwork} from "./trainedNetwork.ts";
import {optionsOf, trainedNetwork} from "./trainedNetwork.ts";
import type {Weights} from "./weights.ts";
import {checkWeights, readSafetensors} from "./weights.ts";

/** A prediction of the network: with its decoder, or of its encoder alone. */
export type Head = "decoder" | "encoder";

export interface SegmentOptions {
  /** Default 16. */
  outputStride?: OutputStride;
  /** Multiplies the model's rates. Default 1. */
  rateScale?: number;
  /** The rates exactly as used, whatever the output stride; overrides **rateScale**. */
  rates?: readonly number[];
  /**
   * The whole network, its encoder alone, or both in one pass. Default `decoder`, or `encoder` for a
   * network without decoder.
   */
  head?: Head | "both";
}

/** What the network says of a picture. */
export interface Segmentation {
  /** Class scores before softmax, at the head's own coarser size; the decoder's if both are asked. */
  logits: Logits;
  /** The encoder's scores, if both heads are asked. */
  encoderLogits?: Logits;
  /** The atrous rates that were used. */
  rates: number[];
  outputStride: OutputStride;
  /** The size at which the network read the picture. */
  input: [height: number, width: number];
  /** How long the network's pass took, with reading back its logits. */
  milliseconds: number;
}

/** A network, ready on a backend. */
export interface Segmenter {
  /** Its classes, and what else its weights say of it. */
  readonly network: TrainedNetwork;
  readonly backend: Backend;
  /** The threads that the backend computes on. */
  readonly threads: number;
  /**
   * Returns the network's scores for *picture*. Calls are answered one after another. Throws a
   * RangeError for options that are not legal or a picture too small or too large; an Error if
   * every backend is lost.
   */
  segment(picture: Picture, options?: SegmentOptions): Promise<Segmentation>;
  /**
   * Returns what *task* does with the weights on the backend, in turn with all other calls. If the
   * device is lost it is begun again on the next one. A task frees the tensors that it makes.
   */
  compute<T>(task: (device: Device) => Promise<T>): Promise<T>;
  /** Returns how many tensors are held, and their bytes: the weights', between passes. */
  memory(): {numTensors: number; numBytes: number};
  /** Takes the GPU away, as the system may at any time, to try what follows. */
  loseDevice(): void;
  /** Frees the weights. */
  dispose(): void;
}

/** The network's weights where they are computed with. */
export interface Device {
  readonly weights: FoldedWeights;
  /** Whether the device was lost: then nothing that it computes is right. */
  isLost(): boolean;
}

export interface SegmenterOptions extends BackendOptions {
  /** What {@link trainedNetwork} reads; a file's own by default, or the shipped network. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** The backends to try, in order. Default: all. */
  readonly backends?: readonly Backend[] | undefined;
  /** Is told, in words for the reader, when a backend is lost and another takes over. */
  readonly onFallback?: ((message: string) => void) | undefined;
}

/** What a backend is timed on: the size at which street pictures are read. */
const TRIAL = [193, 257] as const;

/**
 * Returns the network of *weights* (a safetensors file, or its tensors) on the fastest backend: WebGPU (or else WebGL) and WebAssembly are timed on a pass, and plain JavaScript is
 * taken only if none of them is there. If the device is lost later, the next backend takes over
 * and the pass is done again.
 *
 * Throws an Error that lists what is wrong with the weights, or why no backend could be had.
 */
export async function openSegmenter(
  weights: Uint8Array | Weights,
  {metadata, backends = allBackends, wasmPaths, software, onFallback}: SegmenterOptions = {}
): Promise<Segmenter> {
  const {tensors, metadata: own} =
    weights instanceof Uint8Array ? readSafetensors(weights) : {tensors: weights, metadata: {}};
  const network = trainedNetwork(metadata ?? own);
  checkWeights(deeplabV3Plus(optionsOf(network)), tensors);
  const options = {wasmPaths, software};
  let running = await openFastestOf(network, tensors, backends, options);
  let last: Promise<unknown> = Promise.resolve();

  async function attempt<T>(task: (running: Running) => Promise<T>): Promise<T> {
    let result: {value: T} | undefined;
    try {
      result = {value: await task(running)};
    } catch (error) {
      if (!running.isLost()) throw error;
    }
    if (result && !running.isLost()) return result.value;
    const lost = running.backend;
    running.dispose();
    const left = backends.filter((backend) => backend !== lost);
    running = await openFastestOf(network, tensors, left, options);
    onFallback?.(`${lost} was lost; ${running.backend} computes the network now`);
    return attempt(task);
  }

  function inTurn<T>(task: (running: Running) => Promise<T>): Promise<T> {
    const result = last.then(() => attempt(task));
    last = result.catch(() => undefined);
    return result;
  }

  return {
    network,
    get backend() {
      return running.backend;
    },
    get threads() {
      return running.threads;
    },
    segment: (picture, asked = {}) => inTurn(({pass}) => pass(picture, asked)),
    compute: inTurn,
    memory() {
      const {numTensors, numBytes} = tf.memory();
      return {numTensors, numBytes};
    },
    loseDevice,
    dispose: () => {
      running.dispose();
    }
  };
}

/** The network on one backend. */
interface Running extends Device {
  readonly backend: Backend;
  readonly threads: number;
  pass(picture: Picture, options: SegmentOptions): Promise<Segmentation>;
  dispose(): void;
}

function openFastestOf(
  network: TrainedNetwork,
  tensors: Weights,
  backends: readonly Backend[],
  options: BackendOptions
): Promise<Running> {
  const open = (backend: Backend) => openOn(backend, network, tensors, options);
  return openFastest(backends, "compute the network", open, trialTime);
}

/** Returns the milliseconds of a pass, after one that compiles what there is to compile. */
async function trialTime({pass}: Running): Promise<number> {
  const [height, width] = TRIAL;
  const gray = {width, height, data: new Uint8ClampedArray(width * height * 4).fill(127)};
  await pass(gray, {});
  return (await pass(gray, {})).milliseconds;
}

async function openOn(
  backend: Backend,
  network: TrainedNetwork,
  tensors: Weights,
  options: BackendOptions
): Promise<Running> {
  await useBackend(backend, options);
  const isLost = watchLoss();
  const weights = foldWeights(deeplabV3Plus(optionsOf(network)), tensors);
  return {
    backend,
    weights,
    threads: await threadCount(),
    pass: (picture, asked) => segmentPicture(network, weights, picture, asked, isLost),
    isLost,
    dispose() {
      free(weights, isLost);
    }
  };
}

/** Frees tensors; a lost device has taken its own with it, and the rest of the page goes on. */
export function free(tensors: {dispose(): void}, isLost: () => boolean): void {
  try {
    tensors.dispose();
  } catch (error) {
    if (!isLost()) throw error;
  }
}

/** Returns what a network with *weights* says of *picture*, on the current backend. */
async function segmentPicture(
  trained: TrainedNetwork,
  weights: FoldedWeights,
  picture: Picture,
  {
    outputStride = 16,
    rateScale = 1,
    rates = ratesUsed(shippedOptions.atrousRates, outputStride, rateScale),
    head = trained.decoder ? "decoder" : "encoder"
  }: SegmentOptions,
  isLost: () => boolean
): Promise<Segmentation> {
  checkPictureSize(picture.width, picture.height);
  const {length} = shippedOptions.atrousRates;
  if (rates.length !== length)
    throw new RangeError(`invalid rates: ${rates.join(", ")} (${length} are needed)`);
  const network = deeplabV3Plus({...optionsOf(trained), outputStride, rates});
  const names = (head === "both" ? (["decoder", "encoder"] as const) : [head]).map((head) => {
    const name = network.endpoints[head];
    if (name === undefined)
      throw new RangeError(
        `invalid head: ${head} (${trained.decoder ? "decoder or encoder" : "encoder: these weights have no decoder"})`
      );
    return name;
  });
  const input = inputSize(picture.width, picture.height, trained.size[0] * trained.size[1]);
  const sizes = shapes(network, input);

  const {data: pixels} = resizePicture(picture, input[1], input[0]);
  const start = performance.now();
  const scores = tf.tidy(() => {
    const taps = execute(network, weights, toTensor(pixels, input), {taps: names});
    return names.map((name) => taps.get(name)!);
  });
  const logits: Logits[] = [];
  try {
    for (const [i, name] of names.entries()) {
      const [height, width, classes] = sizes.get(name)!;
      logits.push({width, height, classes, data: await read(scores[i], isLost)});
    }
  } finally {
    for (const tensor of scores) free(tensor, isLost);
  }
  const milliseconds = performance.now() - start;
  return {
    logits: logits[0],
    ...(head === "both" && {encoderLogits: logits[1]}),
    rates: rates.slice(),
    outputStride,
    input,
    milliseconds
  };
}

/**
 * Returns RGBA *pixels*, of one picture or several of one size after another, as the network takes
 * them: `[pictures, height, width, 3]`, x · 2/255 − 1.
 */
export function toTensor(
  pixels: Uint8ClampedArray,
  [height, width]: readonly [number, number]
): tf.Tensor4D {
  const pictures = pixels.length / (height * width * 4);
  const values = new Float32Array(pictures * height * width * 3);
  for (let i = 0, o = 0; o < values.length; i += 4) {
    values[o++] = (pixels[i] * 2) / 255 - 1;
    values[o++] = (pixels[i + 1] * 2) / 255 - 1;
    values[o++] = (pixels[i + 2] * 2) / 255 - 1;
  }
  return tf.tensor4d(values, [pictures, height, width, 3]);
}
