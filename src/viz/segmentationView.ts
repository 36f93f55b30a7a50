import {readoutEntries} from "./classReadout.ts";
import {icons} from "./icons.ts";
import {labelFile} from "./labelFile.ts";
import {canvasOf, hatch, labelShares, packColors, paintLabels} from "./labelLayers.ts";
import {legend} from "./legend.ts";
import {percent} from "./percent.ts";
import {copyPicture} from "./pictureCopy.ts";
import {pixelPointer} from "./pixelPointer.ts";
import {saveAs} from "./saveAs.ts";
import type {
  SegmentationData,
  SegmentationOptions,
  SegmentationSelection
} from "./segmentationData.ts";
import {segmentationSentences, shareList} from "./segmentationWords.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

export interface SegmentationView extends View<HTMLElement, SegmentationSelection> {
  /** Shows new *data*, keeping selection, opacity and all else; ends busy, progress and error. */
  update(data: SegmentationData): void;
  /** Shows, or stops showing, that a newer prediction is on its way. */
  busy(is: boolean): void;
  /** Shows how many bytes of the weights have arrived; null ends it. */
  progress(bytes: {loaded: number; total: number} | null): void;
  /** Says in place what went wrong, leaving the picture as it is; null takes it back. */
  error(message: string | null): void;
}

/** Over all but the isolated class: black, as the overlay's opacity has it. */
const SHADE = 0xe0000000;
const WRONG = 0xff000000;
/** Canvas pixels for a CSS pixel, at most. */
const MAX_DENSITY = 3;

/**
 * Returns a figure of a segmentation: the picture under its predicted classes. Pointing at a pixel
 * (or moving to it with the arrow keys) reads its three likeliest classes; a click or Enter pins
 * it, Escape lets go; the legend isolates a class. Its **value** is what is so selected; changes
 * by the reader emit *input*.
 *
 * ```js
 * const prediction = segmentationView({classes});
 * prediction.update({picture, labels, truth, agreement, milliseconds});
 * ```
 *
 * Throws a RangeError if **width**, **height** or **opacity** is not legal, or if an update's
 * labels are not as many as pixels.
 */
export function segmentationView({
  classes,
  width = 257,
  height = 193,
  opacity = 0.6,
  save = saveAs
}: SegmentationOptions): SegmentationView {
  if (!(width > 0 && height > 0)) throw new RangeError(`invalid size: ${width}×${height}`);
  if (!(opacity >= 0 && opacity <= 1)) throw new RangeError(`invalid opacity: ${opacity} (0 to 1)`);
  const id = uniqueId("segmentation");
  const root = document.createElement("figure");
  root.className = "viz viz-segmentation";
  root.innerHTML = `
    <div class="viz-stage">
      <canvas role="img" aria-label="No picture yet"></canvas>
      <div class="viz-busy" hidden></div>
      <div class="viz-progress" hidden>
        <label for="${id}-progress"></label><progress id="${id}-progress"></progress>
      </div>
    </div>
    <p class="viz-error" role="alert" hidden></p>
    <div class="viz-readout" id="${id}-readout" aria-live="polite"></div>
    <div class="viz-toolbar" role="group" aria-label="The overlay">
      <label class="viz-slider">Overlay
        <input type="range" min="0" max="1" step="0.01" value="${opacity}"><output></output></label>
      <button type="button" data-do="wrong" aria-pressed="false" disabled>Mistakes</button>
      <button type="button" data-do="mask" aria-label="Save mask" disabled>${icons.save}Mask</button>
      <button type="button" data-do="overlay" aria-label="Save overlay" disabled>${icons.save}Overlay</button>
    </div>
    <figcaption></figcaption>`;
  keepControlEvents(root);
  const stage = part(root, ".viz-stage");
  const canvas = part<HTMLCanvasElement>(stage, "canvas");
  const slider = part<HTMLInputElement>(root, "[type=range]");
  const button = (name: string) => part<HTMLButtonElement>(root, `[data-do=${name}]`);
  const key = legend(classes);
  const pointer = pixelPointer(width, height, `${id}-readout`);
  part(root, "figcaption").before(key);
  canvas.after(pointer);

  const colors = packColors(classes.map(({color}) => color));
  const picture = document.createElement("canvas");
  let data: SegmentationData | null = null;
  let mask: HTMLCanvasElement | null = null;
  let wrong: HTMLCanvasElement | null = null;
  let frame = 0;

  /** Rebuilds what depends on the labels and on the isolated class, at the label map's size. */
  function layers(): void {
    mask = wrong = null;
    const {labels, truth} = data ?? {};
    if (!labels) return;
    const only = key.value;
    const map = {width, height, labels};
    mask = canvasOf(
      paintLabels(map, (label) => (only === null || label === only ? (colors[label] ?? 0) : SHADE))
    );
    if (!truth) return;
    wrong = canvasOf(
      paintLabels(map, (label, i) => {
        const is = truth[i];
        const shown = only === null || only === label || only === is;
        return is < classes.length && is !== label && shown ? WRONG : 0;
      })
    );
  }

  function redraw(): void {
    frame ||= requestAnimationFrame(paint);
  }

  function paint(): void {
    frame = 0;
    if (!data) return;
    const start = performance.now();
    const w = Math.round(stage.clientWidth * Math.min(devicePixelRatio, MAX_DENSITY));
    const h = Math.round((w * height) / width);
    const context = canvas.getContext("2d");
    if (!context || !(w && h)) return;
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, {width: w, height: h});
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, 0, 0, w, h);
    if (mask) {
      context.imageSmoothingEnabled = false;
      context.globalAlpha = slider.valueAsNumber;
      context.drawImage(mask, 0, 0, w, h);
      context.globalAlpha = 1;
      const hatching = button("wrong").getAttribute("aria-pressed") === "true";
      if (wrong && hatching) context.drawImage(hatch(wrong, w, h), 0, 0);
    }
    stage.dataset.milliseconds = (performance.now() - start).toFixed(1);
  }

  function read(): void {
    const at = pointer.value;
    const readout = part(root, ".viz-readout");
    const i = at ? at.y * width + at.x : 0;
    if (!data?.labels) readout.textContent = "\u00a0";
    else if (!at) readout.textContent = "Point at the picture to read its classes.";
    else
      readout.replaceChildren(
        ...readoutEntries(classes, {
          label: data.labels[i],
          probabilities: data.probabilitiesAt?.(at.x, at.y),
          truth: data.truth?.[i]
        })
      );
  }

  function describe(): void {
    const shares = data?.labels ? labelShares(data.labels, classes.length) : null;
    const names = classes.map(({name}) => name);
    const list = shares ? shareList(names, shares) : [];
    const caption = segmentationSentences(list, data ?? {});
    key.update(shares);
    part(root, "figcaption").textContent = caption || "\u00a0";
    const alternative = shares
      ? `Prediction: ${list.join(", ")}. ${caption}`
      : data
        ? "The picture, not segmented yet"
        : "No picture yet";
    canvas.setAttribute("aria-label", alternative);
    for (const name of ["mask", "overlay"]) button(name).disabled = !shares;
    button("wrong").disabled = !wrong;
  }

  pointer.addEventListener("input", () => {
    read();
    emitInput(root);
  });
  key.addEventListener("input", () => {
    layers();
    redraw();
    emitInput(root);
  });
  slider.addEventListener("input", () => {
    showOpacity();
    redraw();
  });
  button("wrong").addEventListener("click", ({currentTarget}) => {
    const toggle = currentTarget as HTMLButtonElement;
    const pressed = toggle.getAttribute("aria-pressed") === "true";
    toggle.setAttribute("aria-pressed", String(!pressed));
    redraw();
  });
  for (const kind of ["mask", "overlay"] as const)
    button(kind).addEventListener("click", () => void saveFile(kind));

  /** Saves at the picture's own size, whatever size it is shown at. */
  async function saveFile(kind: "mask" | "overlay"): Promise<void> {
    if (!data?.labels) return;
    const {labels, labelsAt} = data;
    const {width: w, height: h} = picture;
    const opacity = kind === "overlay" ? slider.valueAsNumber : undefined;
    try {
      const map = labelsAt
        ? {width: w, height: h, labels: await labelsAt(w, h)}
        : {width, height, labels};
      save(await labelFile(map, picture, colors, {opacity}), `segmentation-${kind}.png`);
    } catch (error) {
      view.error(`The ${kind} was not saved: ${(error as Error).message}.`);
    }
  }

  function showOpacity(): void {
    part(root, "output").textContent = percent(slider.valueAsNumber);
  }

  const selection = asView<HTMLElement, SegmentationSelection>(root, {
    get() {
      const at = pointer.value;
      return {x: at?.x ?? null, y: at?.y ?? null, pinned: pointer.pinned, label: key.value};
    },
    set({x, y, label}) {
      pointer.value = x === null || y === null ? null : {x, y};
      key.value = label;
      layers();
      read();
      redraw();
    }
  });
  const view: SegmentationView = Object.assign(selection, {
    update(next: SegmentationData) {
      const {width: w = width, height: h = height} = next;
      if (next.labels && next.labels.length !== w * h)
        throw new RangeError(`invalid labels: ${next.labels.length} for ${w}×${h}`);
      copyPicture(next.picture, picture);
      if (w !== width || h !== height) {
        [width, height] = [w, h];
        pointer.resize(w, h);
        stage.style.aspectRatio = `${w} / ${h}`;
      }
      data = next;
      pointer.enabled = Boolean(next.labels);
      view.busy(false);
      view.error(null);
      if (next.labels) view.progress(null);
      layers();
      read();
      describe();
      redraw();
    },
    busy(is: boolean) {
      part(stage, ".viz-busy").hidden = !is;
      root.setAttribute("aria-busy", String(is));
    },
    progress(bytes: {loaded: number; total: number} | null) {
      part(stage, ".viz-progress").hidden = !bytes;
      if (!bytes) return;
      const {loaded, total} = bytes;
      part(stage, ".viz-progress label").textContent =
        `The network’s weights: ${megabytes(loaded)} of ${megabytes(total)} MB`;
      Object.assign(part<HTMLProgressElement>(stage, "progress"), {max: total, value: loaded});
    },
    error(message: string | null) {
      const place = part(root, ".viz-error");
      place.hidden = message === null;
      place.textContent = message ?? "";
      if (message !== null) view.busy(false);
    }
  });
  stage.style.aspectRatio = `${width} / ${height}`;
  showOpacity();
  read();
  describe();
  new ResizeObserver(redraw).observe(stage);
  return view;
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2);
