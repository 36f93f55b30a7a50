import {classes} from "../model/classes.ts";
import {boundaryLens, crfPresets, type BoundaryLensValue, type View} from "../viz/index.ts";
import {openCrf, type CrfClient, type CrfData} from "./crfClient.ts";
import type {NetworkClient, NetworkStatus} from "./networkClient.ts";
import type {Subject} from "./predictionView.ts";

/** Figure 0.3: its value is where the lens is. */
export interface BoundaryLensFigure extends View<HTMLElement, BoundaryLensValue> {
  /** Shows what the network says of *subject*. */
  update(subject: Subject): void;
  /** Ends the figure's work. */
  close(): void;
}

const ITERATIONS = 10;
/** How long nothing must have changed before the CRF is run, in milliseconds. */
const REST = 350;

/**
 * Returns the figure of one boundary as *network* has it without and with its decoder, and as a CRF
 * refines it. Nothing is asked before it first comes within **margin** pixels of the screen, nor
 * while it is away from it; of subjects that follow each other, only the newest is asked of the
 * network, and the CRF runs when nothing has changed for a while. **openClient** is for tests.
 */
export function boundaryLensFigure(
  network: Pick<NetworkClient, "compute" | "status" | "subscribe">,
  {
    margin = 200,
    value,
    save,
    openClient = openCrf
  }: {
    margin?: number;
    value?: Partial<BoundaryLensValue>;
    save?: (file: Blob, name: string) => void;
    openClient?: () => CrfClient;
  } = {}
): BoundaryLensFigure {
  const figure = boundaryLens({classes, ...(value && {value}), ...(save && {save})});
  const {update} = figure;
  const crf = openClient();
  let subject: Subject | null = null;
  let asked: Subject | null = null;
  let found: unknown = null; // what the lens has been put on
  let near = false;
  let open = true;
  let resting: ReturnType<typeof setTimeout> | undefined;
  let giveUp = (): void => undefined;

  async function ask(): Promise<void> {
    if (!near || !open || subject === null || subject === asked) return;
    const of = (asked = subject);
    const current = () => open && of === subject;
    try {
      const labels = await network.compute("lens", "boundaryLabels", {source: of.source});
      if (labels === null || !open) return;
      const {data, encoder, decoder, truth} = labels;
      const {width, height, image} = data;
      const pixels = new Uint8ClampedArray(image);
      const whole = pictureOf(of);
      update({width, height, pixels, encoder, decoder, truth}, {found: whole !== found});
      found = whole;
      figure.withoutCrf("The CRF runs when the street rests …");
      if (current()) resting = setTimeout(() => refine(data), REST);
    } catch (error) {
      if (!current()) return;
      asked = null; // asked again when it comes back
      figure.fail(advice((error as Error).message));
    }
  }

  function refine(data: CrfData): void {
    figure.withoutCrf("The CRF runs …");
    const {smoothness, appearance} = crfPresets[0];
    const kernels = {smoothness, appearance};
    giveUp = crf.run({data, kernels, iterations: ITERATIONS}, (report) => {
      if ("error" in report) figure.withoutCrf(`The CRF failed: ${report.error}. Reload the page.`);
      else if (report.iteration.iteration === ITERATIONS) figure.refine(report.iteration.labels);
    });
  }

  const unsubscribe = network.subscribe((status) => {
    if (status.state === "failed") figure.fail(advice(status.message));
    else figure.wait(wordsOf(status));
  });
  const observer = new IntersectionObserver(
    (entries) => {
      near = entries[entries.length - 1].isIntersecting;
      void ask();
    },
    {rootMargin: `${margin}px`}
  );
  observer.observe(figure);

  return Object.assign(figure, {
    update(next: Subject) {
      if (next === subject) return;
      subject = next;
      clearTimeout(resting);
      giveUp();
      void ask();
    },
    close() {
      open = false;
      clearTimeout(resting);
      observer.disconnect();
      unsubscribe();
      crf.close();
    }
  });
}

/** What stays the same while a street is rearranged: its seed; or the photograph. */
function pictureOf({source}: Subject): unknown {
  return "scene" in source ? source.scene.seed : source.picture;
}

/** Returns what keeps the network waiting; null if it is there. */
function wordsOf(status: NetworkStatus): string | null {
  if (status.state === "preparing") return "Choosing what computes the network …";
  return status.state === "loading" ? "Loading the network’s weights …" : null;
}

/** An error's message as a sentence, and what to do. */
function advice(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1).replace(/\.$/, "");
  return `${text}. Reload the page to try again.`;
}
