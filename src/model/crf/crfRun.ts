import {denseCrf, type DenseCrf, type DenseCrfOptions} from "./index.ts";

/** What one iteration of mean field did. */
export interface CrfIteration {
  /** 0 for the beliefs that the iterations start from. */
  readonly iteration: number;
  /** The beliefs after it, label fastest. */
  readonly Q: Float32Array;
  /** The label most believed in at each pixel; of equals, the lower. */
  readonly labels: Uint8Array;
  /** In nats; see {@link DenseCrf.freeEnergy}. */
  readonly freeEnergy: number;
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

/**
 * Returns the CRF of *options*, to be run. With **keepMessages**, an iteration tells what each pixel
 * received in it, which makes it take about half as long again. Throws as {@link denseCrf} does.
 */
export async function crfRun(
  options: DenseCrfOptions,
  {keepMessages = false}: {keepMessages?: boolean} = {}
): Promise<CrfRun> {
  const crf = await denseCrf(options);
  const kept: Float32Array[] = [];
  let labels: Uint8Array | null = null;
  let read: {iteration: number; crf: DenseCrf} | null = null;

  /** Returns the messages to all pixels in the step that comes next. */
  function allMessages(): CrfMessages {
    const {width, height, labels: count, unary} = options;
    const smoothness = new Float32Array(unary.length);
    const appearance = new Float32Array(unary.length);
    for (let pixel = 0; pixel < width * height; pixel++) {
      const messages = crf.messages(pixel);
      smoothness.set(messages.smoothness, pixel * count);
      appearance.set(messages.appearance, pixel * count);
    }
    return {smoothness, appearance};
  }

  return {
    next() {
      const received = keepMessages && kept.length > 0 ? allMessages() : null;
      if (kept.length > 0) crf.step();
      const Q = crf.Q.slice();
      const now = crf.labelMap();
      const before = kept.at(-1) ?? Q;
      let [changed, largestChange] = [0, 0];
      for (let i = 0; i < now.length; i++) if (labels && labels[i] !== now[i]) changed++;
      for (let i = 0; i < Q.length; i++) {
        const change = Math.abs(Q[i] - before[i]);
        if (change > largestChange) largestChange = change;
      }
      kept.push(Q);
      labels = now;
      const freeEnergy = crf.freeEnergy();
      const {iteration} = crf;
      return {iteration, Q, labels, freeEnergy, changed, largestChange, received};
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
}
