import type {GroupReply} from "./trainProtocol.ts";

/** The share of the old in the running figures, a step. */
const KEEP = 0.98;
/** Seconds between lines where the output is no terminal. */
const LINE_SECONDS = 15;

export interface TrainProgressOptions {
  /** How many are trained on, beside procedural scenes if there are any. */
  readonly pictures: number;
  readonly scenes: boolean;
  readonly threads: number;
  readonly batch: number;
  readonly classes: number;
}

/** Shows how a training run goes on standard error: one line that moves, or now and then a line. */
export class TrainProgress {
  readonly #classes: number;
  readonly #confusion: Float64Array;
  readonly #batch: number;
  readonly #started = performance.now();
  #loss = NaN;
  #rate = NaN;
  #last = performance.now();
  #shown = -Infinity;
  #fault: string | undefined;

  constructor({pictures, scenes, threads, batch, classes}: TrainProgressOptions) {
    this.#batch = batch;
    this.#classes = classes;
    this.#confusion = new Float64Array(classes ** 2);
    process.stderr.write(
      `training on ${pictures} pictures${scenes ? " and scenes" : ""}, ${threads} ` +
        `thread${threads > 1 ? "s" : ""}, batch ${batch}\n`
    );
  }

  /** Tells that saving failed, at once and then on every line, until it is told undefined. */
  fault(fault: string | undefined): void {
    if (fault !== undefined && fault !== this.#fault) {
      this.#write(`NOT SAVED: ${fault}; training goes on, and tries again`);
      if (process.stderr.isTTY) process.stderr.write("\n");
    }
    this.#fault = fault;
  }

  /** Takes note of a step: its groups' replies, the fraction of the run done, seconds so far. */
  step(step: number, replies: readonly GroupReply[], fraction: number, seconds: number): void {
    const loss = replies.reduce((sum, reply) => sum + reply.loss, 0) / replies.length;
    this.#loss = Number.isNaN(this.#loss) ? loss : KEEP * this.#loss + (1 - KEEP) * loss;
    for (let i = 0; i < this.#confusion.length; i++) {
      this.#confusion[i] *= KEEP;
      for (const {confusion} of replies) this.#confusion[i] += confusion[i];
    }
    const now = performance.now();
    const rate = (1000 * this.#batch) / (now - this.#last);
    this.#rate = Number.isNaN(this.#rate) ? rate : KEEP * this.#rate + (1 - KEEP) * rate;
    this.#last = now;

    const every = process.stderr.isTTY ? 0.2 : LINE_SECONDS;
    if (now - this.#shown < every * 1000) return;
    this.#shown = now;
    const left = fraction > 0 ? (seconds * (1 - fraction)) / fraction : NaN;
    const bar = "█".repeat(Math.round(fraction * 20)).padEnd(20, "░");
    this.#write(
      `${bar} ${(fraction * 100).toFixed(1)}%  step ${step}  ${this.#figures()}  ` +
        `${this.#rate.toFixed(1)} images/s  ` +
        `${clock(left)} left${this.#fault === undefined ? "" : "  NOT SAVED"}`
    );
  }

  /** Ends the progress with a message, and the latest figures. */
  end(message: string): void {
    const seconds = (performance.now() - this.#started) / 1000;
    const figures = Number.isNaN(this.#loss) ? "" : `, ${this.#figures()}`;
    this.#write(`${message}, in ${clock(seconds)}${figures}`);
    if (process.stderr.isTTY) process.stderr.write("\n");
  }

  #write(line: string): void {
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  }

  #figures(): string {
    return `loss ${this.#loss.toFixed(3)}  mIoU ${this.#mIoU().toFixed(3)}`;
  }

  /** The mIoU of the recent training pictures, as the network saw them. */
  #mIoU(): number {
    const n = this.#classes;
    const found: number[] = [];
    for (let c = 0; c < n; c++) {
      let union = -this.#confusion[c * n + c];
      for (let k = 0; k < n; k++) union += this.#confusion[c * n + k] + this.#confusion[k * n + c];
      if (union > 0) found.push(this.#confusion[c * n + c] / union);
    }
    return found.reduce((sum, value) => sum + value, 0) / Math.max(1, found.length);
  }
}

function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–:––";
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
