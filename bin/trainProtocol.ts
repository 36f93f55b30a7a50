import type {DeepLabOptions} from "../src/model/deeplab.ts";
import type {GroupOptions, Samples} from "../src/model/train/group.ts";
import type {SamplerOptions} from "../src/model/train/sampler.ts";

/** A picture in the memory that training's threads share. */
export interface SharedPicture {
  readonly width: number;
  readonly height: number;
  /** RGBA. */
  readonly pixels: SharedArrayBuffer;
  /** One label a pixel. */
  readonly labels: SharedArrayBuffer;
}

/** What samples are taken from and how they vary, pictures aside. */
export type Sampling = Omit<SamplerOptions, "size" | "classes" | "pictures" | "street"> & {
  readonly sceneShare: number;
};

/** What samples are made of. */
export interface SampleData {
  readonly pictures: readonly SharedPicture[];
  readonly sampling: Sampling;
  readonly batch: number;
  readonly size: readonly [height: number, width: number];
  /** One for each class; their number is the label of void. */
  readonly classWeights: Float32Array;
}

/** What is learned: a network by a loss. */
export interface TaskData {
  readonly network: DeepLabOptions;
  readonly loss: Pick<GroupOptions, "auxiliaryWeight" | "smoothing" | "lovaszWeight">;
  readonly classWeights: Float32Array;
}

/** What a thread is started with. Arrays are shared: threads read weights, write gradients. */
export interface ThreadData extends SampleData, TaskData {
  readonly backend: "wasm" | "cpu";
  readonly kernels: WebAssembly.Module;
  readonly trained: SharedArrayBuffer;
  /** By group. */
  readonly gradients: readonly SharedArrayBuffer[];
  readonly statistics: readonly SharedArrayBuffer[];
}

/** What a thread that makes samples for a GPU is started with. */
export interface SamplerData extends SampleData {
  /** Samples in shared memory, to be filled in turn: each step's of every group. */
  readonly rooms: readonly (readonly SharedSamples[])[];
}

/** A group's samples in shared memory. */
export interface SharedSamples {
  /** Of 32-bit floats. */
  readonly pixels: SharedArrayBuffer;
  readonly labels: SharedArrayBuffer;
}

/** Returns the samples that lie in shared memory. */
export function samplesIn(
  {pixels, labels}: SharedSamples,
  [height, width]: SampleData["size"]
): Samples {
  return {height, width, pixels: new Float32Array(pixels), labels: new Uint8Array(labels)};
}

/** One group of one step. */
export interface GroupPlace {
  readonly step: number;
  readonly group: number;
}

/** Asks a thread for the gradient of one group of one step. */
export interface GroupRequest extends GroupPlace {
  /** What the thread will be asked for after it: its samples are prepared ahead. */
  readonly next: GroupPlace;
}

/** Tells that a group's gradient and statistics are written. */
export interface GroupReply {
  readonly group: number;
  readonly loss: number;
  readonly auxiliaryLoss: number;
  readonly confusion: Uint32Array;
}

/** What a page that computes on a GPU is opened with. */
export interface PageTask extends Omit<TaskData, "classWeights"> {
  readonly classWeights: readonly number[];
  /** Whether a GPU that is emulated in software will do. */
  readonly software: boolean;
}

/** Asks the page for a group; its weights and samples go beside. */
export interface PageGroup {
  /** Pictures in the group. */
  readonly count: number;
  readonly size: SampleData["size"];
  readonly seed: number;
}
