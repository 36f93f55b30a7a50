import {layerFeatures} from "../model/atrousConsistency.ts";
import type {Backend} from "../model/backend.ts";
import {gradientField} from "../model/gradientFields.ts";
import {openSegmenter, type Segmenter} from "../model/segment.ts";
import {asppReading} from "./asppReading.ts";
import {boundaryLabels} from "./boundaryLabels.ts";
import {crfStreet} from "./crfStreet.ts";
import {loadBytes} from "./loadBytes.ts";
import type {Answer, Computations, ComputeRequest, Request} from "./networkMessages.ts";
import {firstBatch, predict, type CreateContext} from "./predict.ts";
import {wasmPaths} from "./wasmPaths.ts";

/** Transport only: what the worker computes is in predict.ts, segment.ts and these. */
const computations: {
  [K in keyof Computations]: (
    segmenter: Segmenter,
    asks: Computations[K]["asks"]
  ) => Promise<Computations[K]["gives"]>;
} = {
  aspp: (segmenter, asks) => asppReading(segmenter, asks, createContext),
  boundaryLabels: (segmenter, asks) => boundaryLabels(segmenter, asks, createContext),
  crfStreet: (segmenter, asks) => crfStreet(segmenter, asks, createContext),
  gradientField: (segmenter, asks) =>
    gradientField(segmenter, asks, () => firstBatch(createContext)),
  layerFeatures
};

let segmenter: Segmenter | undefined;

const answer = (message: Answer, transfer: Transferable[] = []) => {
  self.postMessage(message, {transfer});
};

const notice = (message: string) => {
  answer({type: "notice", message});
};

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const createContext: CreateContext = (width, height) => {
  const context = new OffscreenCanvas(width, height).getContext("2d", {willReadFrequently: true});
  if (context === null) throw new Error("this browser has no 2-D canvas in workers");
  return context;
};

async function open({weights, backend}: Request & {type: "open"}): Promise<void> {
  const bytes = await loadBytes(await fetch(weights), (progress) => {
    answer({type: "progress", ...progress});
  });
  answer({type: "preparing"});
  const options = {
    wasmPaths,
    onFallback: notice
  };
  if (backend === null) segmenter = await openSegmenter(bytes, options);
  else {
    // The one asked for, emulated or not, and plain JavaScript should it be lost.
    const backends: Backend[] = [backend, "cpu"];
    segmenter = await openSegmenter(bytes, {...options, backends, software: true});
    if (segmenter.backend !== backend) {
      segmenter.dispose();
      segmenter = await openSegmenter(bytes, options);
      notice(`This browser has no ${backend}; ${segmenter.backend} computes the network.`);
    }
  }
  answer({type: "ready", backend: segmenter.backend, threads: segmenter.threads});
}

async function reply(request: Extract<Request, {id: number}>): Promise<void> {
  if (segmenter === undefined) throw new Error("the network is not open yet");
  const {id} = request;
  if (request.type === "memory") {
    answer({type: "memory", id, memory: segmenter.memory()});
    return;
  }
  if (request.type === "compute") {
    const gives = await compute(segmenter, request);
    const {backend, threads} = segmenter;
    answer({type: "computed", id, gives, backend, threads}, buffersIn(gives));
    return;
  }
  const prediction = await predict(segmenter, request.source, request.options, createContext);
  const {backend, threads} = segmenter;
  const arrays = [prediction.labels, prediction.truth, prediction.segmentation.logits.data];
  const transfer = arrays.flatMap((array) => (array ? [array.buffer as ArrayBuffer] : []));
  answer({type: "prediction", id, prediction, backend, threads}, transfer);
}

function compute<K extends keyof Computations>(
  on: Segmenter,
  {kind, asks}: ComputeRequest<K>
): Promise<Computations[K]["gives"]> {
  return computations[kind](on, asks);
}

/** Returns the memory of all typed arrays in *value*, to be handed over instead of copied. */
function buffersIn(value: unknown): Transferable[] {
  if (ArrayBuffer.isView(value)) return [value.buffer as ArrayBuffer];
  if (typeof value !== "object" || value === null) return [];
  return [...new Set(Object.values(value).flatMap(buffersIn))];
}

self.addEventListener("message", ({data: request}: MessageEvent<Request>) => {
  if (request.type === "open") {
    open(request).catch((error: unknown) => {
      answer({type: "failed", message: wordsOf(error)});
    });
  } else if (request.type === "lose") segmenter?.loseDevice();
  else {
    reply(request).catch((error: unknown) => {
      answer({type: "error", id: request.id, message: wordsOf(error)});
    });
  }
});
