import {crfRun, type CrfRun} from "../model/crf/crfRun.ts";
import type {CrfAnswer, CrfData, CrfRequest} from "./crfClient.ts";

/** Transport only: what the worker computes is in src/model/crf/crfRun.ts. */
let data: CrfData | null = null;
/** The run that is asked about, and the last one that there was, whose memory the next one uses. */
let run: CrfRun | null = null;
let last: CrfRun | null = null;
let wanted = 0;

const answer = (message: CrfAnswer, transfer: Transferable[] = []) => {
  self.postMessage(message, {transfer});
};

/** Lets the messages in that have come meanwhile. */
const turn = () => new Promise((resolve) => setTimeout(resolve));

async function iterate(request: CrfRequest & {type: "run"}): Promise<void> {
  const {id, kernels, iterations, keepMessages, freeEnergy} = request;
  await turn();
  if (id !== wanted || data === null) return;
  const after = last;
  last = null; // what may be using its memory now
  const opened = await crfRun({...data, ...kernels}, {keepMessages, freeEnergy, after});
  last = opened;
  if (id !== wanted) return;
  run = opened;
  for (let i = 0; i <= iterations; i++) {
    const {Q, ...rest} = opened.next();
    const copy = Q.slice(); // the run keeps its own
    const messages = rest.received ? Object.values(rest.received) : [];
    const transfer = [copy, ...messages].map(({buffer}) => buffer);
    answer({type: "iteration", id, iteration: {...rest, Q: copy}}, transfer);
    await turn();
    if (id !== wanted) return;
  }
}

async function read(request: CrfRequest & {type: "messages"}): Promise<void> {
  const {id, ask, iteration, pixel} = request;
  if (id !== wanted || run === null) return;
  const messages = await run.messages(iteration, pixel);
  answer({type: "messages", id, ask, messages});
}

function fail(id: number, ask: number | null) {
  return (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    answer({type: "failed", id, ask, message});
  };
}

self.addEventListener("message", ({data: request}: MessageEvent<CrfRequest>) => {
  const {id} = request;
  if (request.type === "cancel") {
    if (id === wanted) wanted = 0;
  } else if (request.type === "messages") {
    read(request).catch(fail(id, request.ask));
  } else {
    wanted = id;
    run = null;
    data = request.data ?? data;
    iterate(request).catch(fail(id, null));
  }
});
