import type {LayerFeatures, LayerFeaturesRequest} from "../model/atrousConsistency.ts";
import type {Backend} from "../model/backend.ts";
import type {GradientField, GradientFieldRequest} from "../model/gradientFields.ts";
import type {SegmentOptions, Segmenter} from "../model/segment.ts";
import type {AsppReading, AsppRequest} from "./asppReading.ts";
import type {BoundaryLabels} from "./boundaryLabels.ts";
import type {CrfStreet, CrfStreetRequest} from "./crfStreet.ts";
import type {Prediction, Source} from "./predict.ts";

/** How many tensors a backend holds, and their bytes. */
export type Memory = ReturnType<Segmenter["memory"]>;

/** What the worker computes beside predictions: what each kind is asked, and what it gives. */
export interface Computations {
  aspp: {asks: AsppRequest; gives: AsppReading};
  boundaryLabels: {asks: {source: Source}; gives: BoundaryLabels};
  crfStreet: {asks: CrfStreetRequest; gives: CrfStreet};
  gradientField: {asks: GradientFieldRequest; gives: GradientField};
  layerFeatures: {asks: LayerFeaturesRequest; gives: LayerFeatures[]};
}

/** What the page asks of the network's worker. */
export type Request =
  | {type: "open"; weights: string; backend: Backend | null}
  | {type: "lose"}
  | {type: "predict"; id: number; source: Source; options: SegmentOptions}
  | {[K in keyof Computations]: ComputeRequest<K>}[keyof Computations]
  | {type: "memory"; id: number};

export interface ComputeRequest<K extends keyof Computations> {
  type: "compute";
  id: number;
  kind: K;
  asks: Computations[K]["asks"];
}

/** What the worker tells the page. An error is data: its message, in words for the reader. */
export type Answer =
  | {type: "progress"; loaded: number; total: number | null}
  | {type: "preparing"}
  | {type: "ready"; backend: Backend; threads: number}
  | {type: "notice"; message: string}
  | {type: "failed"; message: string}
  | {type: "prediction"; id: number; prediction: Prediction; backend: Backend; threads: number}
  | {type: "computed"; id: number; gives: unknown; backend: Backend; threads: number}
  | {type: "memory"; id: number; memory: Memory}
  | {type: "error"; id: number; message: string};
