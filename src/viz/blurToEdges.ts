import {
  edgeWithin,
  EDGE_LEVELS,
  mostChanging,
  readPlace,
  type BlurData,
  type BlurReading,
  type BlurToEdgesOptions,
  type BlurToEdgesValue,
  type Direction
} from "./blurToEdgesData.ts";
import {blurToEdgesPanels} from "./blurToEdgesPanels.ts";
import {blurToEdgesProfile} from "./blurToEdgesProfile.ts";
import {
  edgeNote,
  likeliest,
  pictureSentences,
  placeSentences,
  profileCsv
} from "./blurToEdgesWords.ts";
import {icons} from "./icons.ts";
import {checkPixel, linkedPixels} from "./linkedPixels.ts";
import {percent} from "./percent.ts";
import type {Pixel} from "./pixelPointer.ts";
import {pngBlob, saveAs} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {task} from "./task.ts";
import {onThemeChange} from "./themeColors.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

export type {BlurData, BlurToEdgesOptions, BlurToEdgesValue} from "./blurToEdgesData.ts";

export interface BlurToEdgesView extends View<HTMLElement, BlurToEdgesValue> {
  /** Shows a picture and what the network says of it. */
  update(data: BlurData): void;
  /** Says what the figure waits for. */
  wait(words: string): void;
  /** Says what went wrong, and what to do; what was shown stays. */
  fail(words: string): void;
  /** Stops listening to the page. */
  close(): void;
}

const untouched: BlurToEdgesValue = {label: null, x: null, y: null, direction: null};

/**
 * Returns a figure of what a CRF is given: the picture, the encoder's probability of a class, which
 * changes over many pixels, and the picture's own edges, which are one or two pixels wide; and both
 * along a line through one pixel. Pointing at a pixel reads it, a click or Enter pins it, Escape goes
 * back to the place that the figure chooses; see linkedPixels. Its **value** is the class, the pixel
 * and the line's direction; a change by the reader emits *input*.
 *
 * ```js
 * const blur = blurToEdges({classes, width: 257, height: 193, lineThrough, rampNear, edgeBetween});
 * blur.update(data);
 * ```
 *
 * Throws a RangeError, on creation or on assigning, if the value is not legal.
 */
export function blurToEdges({
  classes,
  width,
  height,
  value: initialValue = {},
  save = saveAs,
  ...arithmetic
}: BlurToEdgesOptions): BlurToEdgesView {
  const id = uniqueId("blur");
  const closed = new AbortController();
  const root = document.createElement("figure");
  root.className = "viz viz-blur";
  root.innerHTML = `
    <div class="viz-blur-controls">
      <label>Class <select></select></label>
      <fieldset><legend>Read along the</legend><div class="viz-segmented"></div></fieldset>
      <div class="viz-toolbar">
        <button type="button" data-do="reset">Reset</button>
        <button type="button" data-do="png" aria-label="Save PNG">${icons.save}PNG</button>
        <button type="button" data-do="csv" aria-label="Save CSV of the profile">${icons.save}CSV</button>
      </div>
    </div>
    <p class="viz-error" role="alert" hidden></p>
    <div class="viz-blur-read">
      <p class="viz-blur-key"><span data-of="belief"></span> <span data-of="steps">color step to the
        next pixel, in levels</span> <span data-of="line">above: the line’s pixels</span></p>
      <div class="viz-readout" id="${id}-readout"></div>
    </div>
    <figcaption><p></p><p></p></figcaption>`;
  keepControlEvents(root);
  const select = part<HTMLSelectElement>(root, "select");
  const auto = new Option("", "");
  select.append(auto, ...classes.map(({name}, k) => new Option(name, String(k))));
  const radios = (
    [
      [null, "Clearest"],
      ["across", "Row"],
      ["down", "Column"]
    ] as const
  ).map(([direction, face]) => {
    const label = document.createElement("label");
    label.innerHTML = `<input type="radio" name="${id}-direction"><span>${face}</span>`;
    const input = part<HTMLInputElement>(label, "input");
    input.addEventListener("change", () => choose({direction}));
    part(root, ".viz-segmented").append(label);
    return {direction, input};
  });
  const buttons = ["png", "csv"].map((name) => part<HTMLButtonElement>(root, `[data-do=${name}]`));
  const panels = blurToEdgesPanels({width, height, readingOf: (at) => readingAt(at)});
  part(root, ".viz-error").after(panels.element);
  const waits = document.createElement("p");
  waits.className = "viz-blur-wait";
  waits.role = "status";
  waits.hidden = true;
  panels.stages[1].element.append(waits);
  const profile = blurToEdgesProfile();
  part(root, ".viz-blur-key").after(profile.element);
  const [placeWords, pictureWords] = root.querySelectorAll<HTMLElement>("figcaption p");
  steadyHeight(placeWords);
  const challenge = task(
    `Not every edge is a boundary. Pin a color step of ${EDGE_LEVELS} levels or more where the ` +
      "network stays at least 90\u00a0% sure of one label, 8 pixels to either side."
  );
  root.append(challenge.element);

  const initial = checked({...untouched, ...initialValue});
  let value = initial;
  let data: BlurData | null = null;
  let strongest = 1;
  let chosen: {label: number; direction: Direction} | null = null;
  let painted: {data: BlurData; label: number} | null = null;

  const pixel = linkedPixels({width, height}, panels.stages, {
    describedBy: `${id}-readout`,
    pinned: null,
    onMove: tell,
    onPin: () => choose({x: pixel.pinned?.x ?? null, y: pixel.pinned?.y ?? null})
  });

  function checked({label, x, y, direction}: BlurToEdgesValue): BlurToEdgesValue {
    if (label !== null && !(Number.isInteger(label) && label >= 0 && label < classes.length))
      throw new RangeError(`invalid label: ${label} (null, or 0 to ${classes.length - 1})`);
    if ((x === null) !== (y === null))
      throw new RangeError(`invalid pixel: ${x}, ${y} (both numbers, or both null)`);
    if (x !== null && y !== null) checkPixel({x, y}, {width, height});
    if (![null, "across", "down"].includes(direction))
      throw new RangeError(`invalid direction: ${direction} (null, "across" or "down")`);
    return {label, x, y, direction};
  }

  /** The pixel that is pinned, by the reader or by the figure. */
  function place(): Pixel {
    const {x, y} = value;
    if (x !== null && y !== null) return {x, y};
    return data?.ramps.clearest ?? {x: width >> 1, y: height >> 1};
  }

  function readingAt(at: Pixel): BlurReading | null {
    return data && chosen && readPlace(data, {at, ...chosen}, arithmetic);
  }

  /** Shows what the value asks for, of the picture that is there. */
  function show(): void {
    select.value = value.label === null ? "" : String(value.label);
    for (const {direction, input} of radios) input.checked = direction === value.direction;
    part<HTMLButtonElement>(root, "[data-do=reset]").disabled =
      JSON.stringify(value) === JSON.stringify(initial);
    for (const button of buttons) button.disabled = data === null;
    root.ariaBusy = String(data === null);
    if (data === null) return;
    const at = place();
    const {clearest} = data.ramps;
    chosen =
      value.x === null && clearest !== null
        ? {label: value.label ?? clearest.label, direction: value.direction ?? clearest.direction}
        : mostChanging(data, at, value, arithmetic);
    const {label} = chosen;
    auto.text =
      value.label === null ? `${classes[label].name}, which changes most` : "what changes most";
    if (painted?.data !== data) panels.showPicture(data);
    if (painted?.data !== data || painted.label !== label)
      panels.showBelief(data, label, classes[label].name);
    painted = {data, label};
    part(root, "[data-of=belief]").textContent =
      `the encoder’s probability of ${classes[label].name}`;
    pixel.pinned = at;
    tell();
    const found = edgeWithin(data, at, arithmetic);
    challenge.update(value.x !== null && found.solved, edgeNote(found));
  }

  /** Reads the pixel pointed at, or pinned. */
  function tell(): void {
    const at = pixel.current ?? place();
    const reading = readingAt(at);
    if (data === null || reading === null) return;
    profile.update(data, reading, strongest);
    const words = placeSentences(reading, classes);
    placeWords.textContent = words;
    profile.label(`Profile. ${words}`);
    const entries = likeliest(data, at, 3).map(({label, probability, unary}) => {
      const entry = document.createElement("span");
      entry.className = "viz-entry";
      entry.textContent = `${classes[label].name} ${percent(probability)}, −log p = ${unary}`;
      entry.style.setProperty("--color", classes[label].color);
      return entry;
    });
    const start = document.createElement("span");
    start.textContent = `The CRF is given for pixel ${at.x}, ${at.y}:`;
    part(root, ".viz-readout").replaceChildren(start, ...entries);
  }

  function choose(next: Partial<BlurToEdgesValue>): void {
    const before = JSON.stringify(value);
    value = checked({...value, ...next});
    show();
    if (JSON.stringify(value) !== before) emitInput(root);
  }

  function say(text: string | null): void {
    const box = part(root, ".viz-error");
    box.hidden = text === null;
    box.textContent = text ?? "";
  }

  function wait(words: string | null): void {
    waits.hidden = words === null;
    waits.textContent = words ?? "";
  }

  select.addEventListener("change", () =>
    choose({label: select.value === "" ? null : Number(select.value)})
  );
  part(root, "[data-do=reset]").addEventListener("click", () => {
    choose(initial);
    challenge.reset();
  });
  buttons[0].addEventListener("click", () => {
    const caption = [placeWords, pictureWords].map(({textContent}) => textContent).join(" ");
    pngBlob(panels.sheet(caption, place())).then(
      (file) => save(file, "from-blur-to-edges.png"),
      (error: unknown) => say(`The picture was not saved: ${(error as Error).message}.`)
    );
  });
  buttons[1].addEventListener("click", () => {
    const reading = readingAt(place());
    if (data === null || reading === null) return;
    save(new Blob([profileCsv(data, reading, classes)], {type: "text/csv"}), "profile.csv");
  });
  onThemeChange(() => panels.recolor(), closed.signal);

  show();
  const figure = asView<HTMLElement, BlurToEdgesValue>(root, {
    get: () => ({...value}),
    set(next) {
      value = checked(next);
      show();
    }
  });
  return Object.assign(figure, {
    update(next: BlurData) {
      if (next.width !== width || next.height !== height)
        throw new RangeError(
          `invalid picture: ${next.width}×${next.height}, not ${width}×${height}`
        );
      data = next;
      const {across, down} = data.steps;
      const most = across.reduce(
        (a, b) => Math.max(a, b),
        down.reduce((a, b) => Math.max(a, b), 0)
      );
      strongest = Math.max(100, Math.ceil(most / 50) * 50);
      wait(null);
      say(null);
      pictureWords.textContent = pictureSentences(data);
      challenge.reset();
      show();
    },
    wait,
    fail(words: string) {
      wait(null);
      say(words);
    },
    close: () => closed.abort()
  });
}
