import type {WorkerPart} from "./workers.ts";

/** Opens a worker for *part*. */
export function openWorker(part: WorkerPart): Worker {
  return new Worker(new URL("./workers.ts", import.meta.url), {name: part, type: "module"});
}
