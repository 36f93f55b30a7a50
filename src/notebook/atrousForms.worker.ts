import {
  convolutionByRows,
  shuffledConvolution,
  zeroFilled,
  type FeatureMap
} from "../model/atrousForms.ts";
import type {FormsAnswer, FormsRequest} from "./atrousFormsClient.ts";

/** Transport only: what the worker computes is in src/model/atrousForms.ts. */
let map: FeatureMap | null = null;
let wanted = 0;

/** How long the worker computes, in milliseconds, before it looks whether it is still wanted. */
const SPELL = 30;

const answer = (message: FormsAnswer, transfer: Transferable[] = []) => {
  self.postMessage(message, {transfer});
};

/** Lets the messages in that have come meanwhile. */
const turn = () => new Promise((resolve) => setTimeout(resolve));

async function compute({id, filter, rate}: FormsRequest & {type: "compute"}): Promise<void> {
  await turn();
  if (id !== wanted || map === null) return;
  const shuffled = shuffledConvolution(map, filter, rate);
  answer({type: "done", id, form: "shuffled", result: shuffled}, [shuffled.response.buffer]);
  const rows = convolutionByRows(map, zeroFilled(filter, rate));
  let since = performance.now();
  for (;;) {
    const {value, done} = rows.next();
    if (done) {
      answer({type: "done", id, form: "dense", result: value}, [value.response.buffer]);
      return;
    }
    if (performance.now() - since < SPELL) continue;
    answer({type: "progress", id, share: value});
    await turn();
    if (id !== wanted) return;
    since = performance.now();
  }
}

self.addEventListener("message", ({data: request}: MessageEvent<FormsRequest>) => {
  if (request.type === "cancel") {
    if (request.id === wanted) wanted = 0;
    return;
  }
  wanted = request.id;
  map = request.map ?? map;
  compute(request).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    answer({type: "failed", id: request.id, message});
  });
});
