import {
  labelsIn,
  lensComparison,
  within,
  type Labels,
  type LensBox,
  type LensComparison,
  type LensData,
  type WrongCounts
} from "./boundaryLensData.ts";
import {boundaryLensOverview} from "./boundaryLensOverview.ts";
import {boundaryLensPanes, paneNames, paneTitles} from "./boundaryLensPanes.ts";
import {lensSentences, paneText} from "./boundaryLensWords.ts";
import {classKey} from "./classKey.ts";
import {icons} from "./icons.ts";
import {integerField} from "./integerField.ts";
import type {LegendClass} from "./legend.ts";
import {panelSheet} from "./panelSheet.ts";
import {pngBlob, saveAs} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {themeColors} from "./themeColors.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

export type {LensData} from "./boundaryLensData.ts";

/** What the reader looks at. */
export interface BoundaryLensValue {
  /** The lens's left and top pixel; null: where the encoder alone does worst. */
  x: number | null;
  y: number | null;
  /** How many pixels the lens is wide and high. */
  size: number;
  /** Whether wrong pixels are hatched. */
  marks: boolean;
}

export interface BoundaryLensOptions {
  classes: readonly LegendClass[];
  /** What to start from, and what Reset goes back to. Default 48 pixels at the worst place, hatched. */
  value?: Partial<BoundaryLensValue>;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

export interface BoundaryLensView extends View<HTMLElement, BoundaryLensValue> {
  /**
   * Shows a picture and its labels, those of the CRF being on their way; **found** has the lens go to
   * the worst place of it, if the reader has put it nowhere.
   */
  update(data: LensData, options: {found: boolean}): void;
  /** Shows the CRF's labels of the picture shown. */
  refine(labels: Labels): void;
  /** Says in the CRF's place why there is none yet, or none at all. */
  withoutCrf(words: string): void;
  /** Says what the figure waits for; null ends it. */
  wait(words: string | null): void;
  /** Says what went wrong, and what to do; what was shown stays. */
  fail(words: string): void;
}

const [LEAST, MOST] = [16, 96];

/**
 * Returns a figure of one boundary, magnified: the picture under a lens, and its labels by the
 * encoder alone, with the decoder, with a CRF, and in truth. The lens is dragged over a small
 * picture, or moved by the arrow keys. Its **value** is the lens and whether wrong pixels are
 * hatched; a change by the reader emits *input*.
 *
 * ```js
 * const lens = boundaryLens({classes});
 * lens.update({width, height, pixels, encoder, decoder, truth}, {found: true});
 * lens.refine(crf);
 * ```
 *
 * Throws a RangeError, on creation or on assigning, if the value is not legal.
 */
export function boundaryLens({
  classes,
  value: initialValue = {},
  save = saveAs
}: BoundaryLensOptions): BoundaryLensView {
  const id = uniqueId("lens");
  const root = document.createElement("figure");
  root.className = "viz viz-boundary-lens";
  root.innerHTML = `
    <div class="viz-lens-top">
      <div class="viz-lens-controls">
        <div class="viz-toolbar">
          <button type="button" data-do="marks" aria-pressed="true"></button>
          <button type="button" data-do="reset">Reset</button>
          <button type="button" data-do="png" aria-label="Save PNG">${icons.save}PNG</button>
        </div>
        <figcaption id="${id}-caption"></figcaption>
      </div>
    </div>
    <p class="viz-lens-key"></p>
    <p class="viz-error" role="alert" hidden></p>`;
  keepControlEvents(root);
  const button = (name: string) => part<HTMLButtonElement>(root, `[data-do=${name}]`);
  const caption = part(root, "figcaption");
  steadyHeight(caption);

  const initial = checked({x: null, y: null, size: 48, marks: true, ...initialValue});
  let value = initial;
  let found = {x: 0, y: 0};
  let data: LensData | null = null;
  let crf: Labels | null = null;
  let comparison: LensComparison | null = null;
  let all: WrongCounts | null = null;
  let frame = 0;

  const overview = boundaryLensOverview({
    describedBy: `${id}-caption`,
    onMove: choose,
    onLeave: () => choose({x: null, y: null})
  });
  const waits = document.createElement("p");
  waits.className = "viz-lens-note";
  waits.role = "status";
  overview.element.append(waits);
  part(root, ".viz-lens-top").prepend(overview.element);
  const panes = boundaryLensPanes(classes);
  part(root, ".viz-lens-top").after(panes.element);
  const size = integerField("Lens, pixels wide", value.size, {
    min: LEAST,
    max: MOST,
    reason: (n) =>
      n === LEAST
        ? `${LEAST} is the least here: about what one unit of the encoder’s map stands for.`
        : `${MOST} is the most here: half the picture’s height, about.`
  });
  size.addEventListener("input", (event) => {
    event.stopPropagation();
    const {x, y} = box();
    const by = (value.size - size.value) / 2; // around its middle
    const moved = {x: Math.round(x + by), y: Math.round(y + by), size: size.value};
    choose(value.x === null ? {size: size.value} : lensWithin(moved));
  });
  part(root, ".viz-lens-controls").prepend(size);

  function checked({x, y, size, marks}: BoundaryLensValue): BoundaryLensValue {
    if (!(Number.isInteger(size) && size >= LEAST && size <= MOST))
      throw new RangeError(`invalid size: ${size} (a whole number, ${LEAST} to ${MOST})`);
    const legal = (place: number | null) => Number.isInteger(place) && Number(place) >= 0;
    if ((x !== null || y !== null) && !(legal(x) && legal(y)))
      throw new RangeError(`invalid place: ${x}, ${y} (whole numbers from 0 on, or both null)`);
    return {x, y, size, marks: Boolean(marks)};
  }

  function lensWithin(lens: LensBox): LensBox {
    return data === null ? lens : {...within(lens, data), size: lens.size};
  }

  function box(): LensBox {
    const {x, y, size} = value;
    const place = x === null || y === null ? found : {x, y};
    return within({...place, size}, data ?? {width: Infinity, height: Infinity});
  }

  function find(): void {
    if (comparison !== null) found = comparison.worst(value.size);
  }

  function compare(): void {
    if (data === null) return;
    const {truth, encoder, decoder} = data;
    comparison = lensComparison(data, crf, classes.length);
    all = comparison.counts(null);
    const {wrong} = comparison;
    panes.show(data, {
      encoder: {labels: encoder, marked: wrong.encoder},
      decoder: {labels: decoder, marked: wrong.decoder},
      ...(crf && {crf: {labels: crf, marked: wrong.crf ?? null}}),
      ...(truth && {truth: {labels: truth, marked: null}})
    });
    panes.note("truth", truth ? null : "A photograph comes without its true labels.");
  }

  function show(): void {
    size.value = value.size;
    button("marks").setAttribute("aria-pressed", String(value.marks));
    button("marks").textContent = data?.truth === null ? "Mark differences" : "Mark wrong pixels";
    button("reset").disabled = JSON.stringify(value) === JSON.stringify(initial);
    button("png").disabled = data === null;
    root.ariaBusy = String(data === null || crf === null);
    if (data !== null) overview.place(box()); // at once: the next key goes on from there
    frame ||= requestAnimationFrame(draw);
  }

  function draw(): void {
    frame = 0;
    if (data === null || comparison === null || all === null) return;
    const lens = box();
    panes.draw(lens, value.marks);
    const {encoder, decoder, truth, width} = data;
    const labels = labelsIn([encoder, decoder, crf, truth], width, lens, classes.length);
    classKey(part(root, ".viz-lens-key"), labels, classes);
    const here = comparison.counts(lens);
    const known = truth !== null;
    const words = lensSentences(lens, here, all, known);
    if (caption.textContent !== words) caption.textContent = words;
    for (const name of paneNames) {
      const counted = name === "picture" || name === "truth" ? null : here[name];
      const isReference = name === "encoder" && !known;
      const text = counted === null || isReference ? "" : paneText(counted, known);
      panes.say(name, text, `${paneTitles[name]}, under the lens${text && `: ${text}`}`);
    }
  }

  function choose(next: Partial<BoundaryLensValue>): void {
    const before = value;
    value = checked({...value, ...next});
    if (JSON.stringify(value) === JSON.stringify(before)) return;
    if (value.size !== before.size && value.x === null) find();
    show();
    emitInput(root);
  }

  function wait(words: string | null): void {
    waits.hidden = words === null;
    waits.textContent = words ?? "";
  }

  function say(words: string | null): void {
    const place = part(root, ".viz-error");
    place.hidden = words === null;
    place.textContent = words ?? "";
  }

  function sheet(): HTMLCanvasElement {
    const columns = paneNames
      .filter((name) => name !== "truth" || data?.truth)
      .map((name) => [{title: paneTitles[name], canvas: panes.canvas(name)}]);
    const colors = themeColors(root, [
      "--theme-background",
      "--theme-foreground",
      "--viz-tap",
      "--viz-field"
    ] as const);
    return panelSheet(columns, {width: 220, height: 220, caption: caption.textContent}, colors);
  }

  button("marks").addEventListener("click", () => choose({marks: !value.marks}));
  button("reset").addEventListener("click", () => {
    choose(initial);
  });
  button("png").addEventListener("click", () => {
    pngBlob(sheet()).then(
      (file) => save(file, "one-boundary.png"),
      (error: unknown) => say(`The picture was not saved: ${(error as Error).message}.`)
    );
  });

  wait(null);
  show();
  const figure = asView<HTMLElement, BoundaryLensValue>(root, {
    get: () => ({...value}),
    set(next) {
      value = checked(next);
      find();
      show();
    }
  });
  return Object.assign(figure, {
    update(next: LensData, options: {found: boolean}) {
      [data, crf] = [next, null];
      wait(null);
      say(null);
      overview.show(data);
      compare();
      if (options.found) find();
      show();
    },
    refine(labels: Labels) {
      crf = labels;
      panes.note("crf", null);
      compare();
      show();
    },
    withoutCrf: (words: string) => panes.note("crf", words),
    wait,
    fail(words: string) {
      wait(null);
      say(words);
    }
  });
}
