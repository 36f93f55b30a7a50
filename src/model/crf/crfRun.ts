import {denseCrf, type DenseCrf, type DenseCrfOptions} from "./index.ts";
import type {MeanField} from "./meanField.ts";
import {openField} from "./openField.ts";

/** What one iteration of mean field did. */
export interface CrfIteration {
  /** 0 for the beliefs that the iterations start from. */
  readonly iteration: number;
  /** The beliefs after it, label fastest. */
  readonly Q: Float32Array;
  /** The label most believed in at each pixel; of equals, the lower. */
  readonly labels: Uint8Array;
  /** In nats; see {@link DenseCrf.freeEnergy}. Null where the run was not asked for it. */
  readonly freeEnergy: number | null;
  /** How many pixels have another label than before it. */
  readonly changed: number;
  /** The largest change of a belief. */
  readonly largestChange: number;
  /**
   * What the kernels added to every pixel's scores in the step to here, label fastest, so that
   * Q = softmax(−unary + smoothness + appearance). Null for iteration 0, and where the run was not
   * asked to keep messages.
   */
  readonly received: CrfMessages | null;
}

/** What each kernel adds to a pixel's scores in the step after an iteration, one value a label. */
export type CrfMessages = ReturnType<DenseCrf["messages"]>;

/** A CRF whose iterations are all kept. */
export interface CrfRun {
  /** Returns iteration 0 first, and with every call the one after. */
  next(): CrfIteration;
  /**
   * Returns the messages to *pixel* after an *iteration* that {@link next} has returned. Of an
   * iteration that is not the last one asked of, they take a build and a blur. Throws a RangeError
   * if there is no such iteration or pixel.
   */
  messages(iteration: number, pixel: number): Promise<CrfMessages>;
}

/** The least belief whose logarithm is finite in single precision, with some room. */
const LEAST = 1e-37;

/** What of an iteration a run tells, and what it may take over. */
export interface CrfRunOptions {
  /** Whether an iteration tells what each pixel received in it. Default false. */
  readonly keepMessages?: boolean;
  /** Whether it tells the free energy, which takes longer than the iteration. Default true. */
  readonly freeEnergy?: boolean;
  /**
   * A run that is over. If it was of the same image, unary and compatibility, the very objects, its
   * memory is used again, and of its kernels what stays the same.
   */
  readonly after?: CrfRun | null;
}

/** What the beliefs of a run are computed by. */
const fields = new WeakMap<CrfRun, MeanField>();

/** Returns the CRF of *options*, to be run. Throws as {@link denseCrf} does. */
export async function crfRun(
  options: DenseCrfOptions,
  {keepMessages = false, freeEnergy = true, after = null}: CrfRunOptions = {}
): Promise<CrfRun> {
  const field = await openField(options, after && fields.get(after));
  const {labels: count} = options;
  const kept: Float32Array[] = [];
  let labels: Uint8Array | null = null;
  let read: {iteration: number; crf: DenseCrf} | null = null;

  const run: CrfRun = {
    next() {
      const iteration = kept.length;
      const received = keepMessages && iteration > 0 ? field.allMessages() : null;
      if (iteration > 0) field.step();
      const Q = field.Q.slice();
      const now = likeliest(Q, count);
      const [before, labelsBefore] = [kept.at(-1), labels];
      let [changed, largestChange] = [0, 0];
      if (labelsBefore)
        for (let i = 0; i < now.length; i++) if (labelsBefore[i] !== now[i]) changed++;
      if (before)
        for (let i = 0; i < Q.length; i++) {
          const change = Math.abs(Q[i] - before[i]);
          if (change > largestChange) largestChange = change;
        }
      kept.push(Q);
      labels = now;
      return {
        ...{iteration, Q, labels, changed, largestChange, received},
        freeEnergy: freeEnergy ? field.freeEnergy() : null
      };
    },
    async messages(iteration, pixel) {
      const Q = kept[iteration];
      if (Q === undefined)
        throw new RangeError(`invalid iteration: ${iteration} (0 to ${kept.length - 1})`);
      if (read?.iteration !== iteration) {
        // Messages depend on beliefs alone: a CRF that starts from these has the same.
        const unary = Q.map((belief) => -Math.log(Math.max(belief, LEAST)));
        read = {iteration, crf: await denseCrf({...options, unary})};
      }
      return read.crf.messages(pixel);
    }
  };
  fields.set(run, field);
  return run;
}

/** Returns the label most believed in at each pixel; of equals, the lower. */
function likeliest(Q: Float32Array, count: number): Uint8Array {
  const labels = new Uint8Array(Q.length / count);
  for (let pixel = 0, start = 0; pixel < labels.length; pixel++, start += count) {
    let best = 0;
    for (let label = 1; label < count; label++)
      if (Q[start + label] > Q[start + best]) best = label;
    labels[pixel] = best;
  }
  return labels;
}
