import type {HarmData, LabelScores} from "./gainsAndLossesData.ts";
import {ERASED, eraseSentence, points, preyOf} from "./gainsAndLossesWords.ts";
import {percent} from "./percent.ts";
import {task} from "./task.ts";

/** The points of mIoU that the first task asks for, as a share. */
const GAIN = 0.02;

export interface HarmTasks {
  readonly elements: readonly HTMLElement[];
  /** Judges a street and its finished CRF, null while there is none with the reader's settings. */
  judge(data: HarmData | null, crf: LabelScores | null): void;
  reset(): void;
}

/** Returns the two tasks of the figure: settings that gain, and settings that erase. */
export function harmTasks(names: readonly string[]): HarmTasks {
  const raise = task("Find settings with which the CRF raises this street’s mIoU by two points.");
  const erase = task("Find settings that erase the pedestrian.");
  return {
    elements: [raise.element, erase.element],
    judge(data, crf) {
      const prey = data === null ? null : preyOf(data, names);
      if (data !== null) erase.ask(eraseSentence(data, prey, names));
      if (data === null || crf === null) {
        raise.update(false, "Waiting for the CRF.");
        erase.update(false, "Waiting for the CRF.");
        return;
      }
      const gain = crf.mIoU - data.scores.encoder.mIoU;
      raise.update(gain >= GAIN, `${points(gain)} points now.`);
      if (prey === null) return erase.update(false, "");
      const {label, name} = prey;
      const share = ({right}: LabelScores) => right[label] / data.total[label];
      const left = share(crf);
      erase.update(
        left < ERASED,
        `Of the street’s ${name} pixels ${percent(share(data.scores.encoder))} were right before, ` +
          `${percent(left)} now; less than ${percent(ERASED)} counts as erased.`
      );
    },
    reset() {
      raise.reset();
      erase.reset();
    }
  };
}
