import type {DeepLabOptions} from "../src/model/deeplab.ts";
import type {GroupOptions} from "../src/model/train/group.ts";
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

/** What a thread is started with. Arrays are shared: threads read weights, write gradients. */
export interface ThreadData {
  readonly backend: "wasm" | "cpu";
  readonly kernels: WebAssembly.Module;
  readonly network: DeepLabOptions;
  readonly pictures: readonly SharedPicture[];
  readonly sampling: Sampling;
  readonly loss: Pick<GroupOptions, "auxiliaryWeight" | "smoothing" | "lovaszWeight">;
  readonly batch: number;
  readonly size: readonly [height: number, width: number];
  /** One for each class; their number is the label of void. */
  readonly classWeights: Float32Array;
  readonly trained: SharedArrayBuffer;
  /** By group. */
  readonly gradients: readonly SharedArrayBuffer[];
  readonly statistics: readonly SharedArrayBuffer[];
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
