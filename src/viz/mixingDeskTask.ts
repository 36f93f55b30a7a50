import type {Labels} from "./boundaryLensData.ts";
import {percent} from "./percent.ts";
import {task, type Task} from "./task.ts";

/** How many branches may be heard, and the share of the labels that is to be kept. */
const [HEARD, KEPT] = [2, 0.95];

export interface DeskTask extends Pick<Task, "element" | "reset"> {
  /** Judges by the branches' factors, and the labels with the desk untouched and as it stands. */
  judge(gains: readonly number[], plain: Labels, labels: Labels): void;
}

/** Returns the desk's task: to do with two branches almost what five do. */
export function deskTask(): DeskTask {
  const {element, reset, update} = task(
    `Silence three of the five branches, and let ${100 * KEPT} % of the pixels keep their label.`
  );
  update(false, "Waiting for the network.");
  return {
    element,
    reset,
    judge(gains, plain, labels) {
      const heard = gains.filter((gain) => gain > 0).length;
      let same = 0;
      for (let i = 0; i < plain.length; ++i) if (labels[i] === plain[i]) ++same;
      const kept = same / plain.length;
      const branches = `${heard} ${heard === 1 ? "branch is" : "branches are"} heard`;
      const share = kept < 1 ? percent(Math.floor(1000 * kept) / 1000) : "100 %";
      update(
        heard <= HEARD && kept >= KEPT,
        `${branches}; ${share} of the pixels keep their label.`
      );
    }
  };
}
