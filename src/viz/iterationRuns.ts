import {sameCrfSettings, type CrfSettings} from "./crfSettings.ts";
import {
  frameOf,
  LAST,
  type Frame,
  type IterationReport,
  type IterationsData
} from "./iterationsData.ts";

/** The iterations that a figure shows while runs of the CRF replace each other. */
export interface IterationRuns {
  /** Iterations 0 to 10; one that the newest run has not reached is the one of the run before. */
  readonly frames: readonly (Frame | null)[];
  /** The street that they are of. */
  readonly shown: IterationsData | null;
  /** The ends of the newest run; null while it is under way. */
  readonly whole: {readonly first: Frame; readonly last: Frame} | null;
  /** Takes another street, and asks for its run. */
  update(data: IterationsData, settings: CrfSettings): void;
  /** Asks for a run of *settings*, if the newest is of others. */
  ask(settings: CrfSettings): void;
  /**
   * Takes the newest run's next iteration, and returns whether there is another picture to show: the
   * first run of a street is not shown before it is whole, since what to look at is chosen by it.
   */
  add(report: IterationReport): boolean;
}

/** Returns what keeps iterations. **run** asks for a run of the newest street. */
export function iterationRuns(run: (settings: CrfSettings) => void): IterationRuns {
  let frames: readonly (Frame | null)[] = Array.from({length: LAST + 1}, () => null);
  let shown: IterationsData | null = null;
  let newest: {data: IterationsData; settings: CrfSettings; got: Frame[]} | null = null;

  function begin(data: IterationsData, settings: CrfSettings): void {
    newest = {data, settings, got: []};
    run(settings);
  }

  return {
    get frames() {
      return frames;
    },
    get shown() {
      return shown;
    },
    get whole() {
      if (newest?.got.length !== LAST + 1) return null;
      return {first: newest.got[0], last: newest.got[LAST]};
    },
    update: begin,
    ask(settings) {
      if (newest && !sameCrfSettings(newest.settings, settings)) begin(newest.data, settings);
    },
    add(report) {
      if (newest === null) return false;
      const {data, settings, got} = newest;
      const {iteration} = report;
      const frame = frameOf(report, {first: got[0] ?? null, settings, unary: data.unary});
      got.push(frame);
      if (shown === data) frames = frames.map((one, t) => (t === iteration ? frame : one));
      else if (iteration === LAST) [shown, frames] = [data, got];
      return shown === data;
    }
  };
}
