/** What is computed in a worker of its own: a module that listens to messages from when it runs. */
const parts = {
  atrousForms: () => import("./atrousForms.worker.ts"),
  crf: () => import("./crf.worker.ts"),
  filterTiming: () => import("./filterTiming.worker.ts"),
  lesson: () => import("./lesson.worker.ts"),
  network: () => import("./network.worker.ts"),
  timing: () => import("./timing.worker.ts")
};

/** What a worker can be opened for. */
export type WorkerPart = keyof typeof parts;

// One script for all workers, built once: they share TensorFlow.js, which each would else bring.
// A worker knows by its name what it is for. What it is told before that has come is told again.
const early: MessageEvent<unknown>[] = [];
const keep = (event: MessageEvent) => {
  early.push(event);
};
self.addEventListener("message", keep);
parts[self.name as WorkerPart]().then(
  () => {
    self.removeEventListener("message", keep);
    for (const {data} of early) self.dispatchEvent(new MessageEvent("message", {data}));
  },
  (error: unknown) => {
    // An error event is what the clients of all parts understand.
    setTimeout(() => {
      throw error;
    });
  }
);
