import type {DeepLabOptions} from "../src/model/deeplab.ts";

/** A picture in the memory that training's threads share. */
export interface SharedPicture {
  readonly width: number;
  readonly height: number;
  /** RGBA. */
  readonly pixels: SharedArrayBuffer;
  /** One label a pixel. */
  readonly labels: SharedArrayBuffer;
}

/** What a thread is started with. Arrays are shared: threads read weights, write gradients. */
export interface ThreadData {
  readonly backend: "wasm" | "cpu";
  readonly kernels: WebAssembly.Module;
  readonly network: DeepLabOptions;
  readonly pictures: readonly SharedPicture[];
  /** The share of samples that are procedural scenes. */
  readonly sceneShare: number;
  readonly seed: number;
  readonly batch: number;
  readonly size: readonly [height: number, width: number];
  /** One for each class; their number is the label of void. */
  readonly classWeights: Float32Array;
  readonly trained: SharedArrayBuffer;
  /** By group. */
  readonly gradients: readonly SharedArrayBuffer[];
  readonly statistics: readonly SharedArrayBuffer[];
}

/** Asks a thread for the gradient of one group of one step. */
export interface GroupRequest {
  readonly step: number;
  readonly group: number;
}

/** Tells that a group's gradient and statistics are written. */
export interface GroupReply {
  readonly group: number;
  readonly loss: number;
  readonly auxiliaryLoss: number;
  readonly confusion: Uint32Array;
}
