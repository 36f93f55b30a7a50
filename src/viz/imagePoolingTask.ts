import {isSeed} from "./imagePoolingData.ts";
import {shareText, type NamedDonor} from "./imagePoolingWords.ts";
import {task, type Task} from "./task.ts";

export interface PoolingTask extends Pick<Task, "element" | "reset"> {
  /** Judges by the shares of pixels that a donor changes, and that none does; undefined: not known. */
  judge(donor: NamedDonor, share: number | undefined, removed: number | undefined): void;
}

/** Returns the figure's task: a street whose image pooling changes more than none at all. */
export function poolingTask(): PoolingTask {
  const {element, reset, update} = task(
    "Find another street whose image pooling changes more pixels here than removing it does."
  );
  return {
    element,
    reset,
    judge({name, long}, share, removed) {
      if (share === undefined || removed === undefined)
        return update(false, "Waiting for the network.");
      const without = `Removing it changes ${shareText(removed)}`;
      if (!isSeed(name)) return update(false, `${without}.`);
      update(share > removed, `${without}, that of ${long} ${shareText(share)}.`);
    }
  };
}
