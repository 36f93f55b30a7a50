import {openTimingDevice, timeConvolutions, TooLargeError} from "../model/convolutionTiming.ts";
import type {TimingAnswer, TimingRequest} from "./timingClient.ts";
import {wasmPaths} from "./wasmPaths.ts";

/** Transport only: what the worker measures is in src/model/convolutionTiming.ts. */
let device: ReturnType<typeof openTimingDevice> | undefined;
let wanted = 0;

const answer = (message: TimingAnswer) => {
  self.postMessage(message);
};

/** Lets the messages in that have come meanwhile. */
const turn = () => new Promise((resolve) => setTimeout(resolve));

async function measure({id, sizes, backend}: TimingRequest & {type: "measure"}): Promise<void> {
  await turn();
  // A backend that is asked for may be emulated in software.
  device ??= openTimingDevice(backend, {wasmPaths, software: backend !== null});
  const {isLost, ...named} = await device;
  if (id !== wanted) return;
  answer({type: "device", id, device: named});
  for (const [at, size] of sizes.entries()) {
    try {
      for await (const timing of timeConvolutions(size, {isLost, clockStep: named.clockStep})) {
        if (timing !== null) answer({type: "timing", id, at, timing});
        await turn();
        if (id !== wanted) return;
      }
    } catch (error) {
      if (!(error instanceof TooLargeError)) throw error;
      answer({type: "refused", id, at, message: error.message});
    }
  }
  answer({type: "done", id});
}

// One at a time: what is measured must have the device for itself.
let last: Promise<void> = Promise.resolve();

self.addEventListener("message", ({data: request}: MessageEvent<TimingRequest>) => {
  if (request.type === "cancel") {
    if (request.id === wanted) wanted = 0;
    return;
  }
  wanted = request.id;
  last = last
    .then(() => (request.id === wanted ? measure(request) : undefined))
    .catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      answer({type: "failed", id: request.id, message});
    });
});
