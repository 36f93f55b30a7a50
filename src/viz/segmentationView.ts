import {
  canvasOf,
  hatch,
  labelShares,
  packColors,
  paintLabels,
  type LabelMap
} from "./labelLayers.ts";
import {legend, percent, type LegendClass} from "./legend.ts";
import {pngBlob, saveAs} from "./saveAs.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

/** What the reader selected: a pixel of the label map, and a class that is isolated. */
export interface SegmentationSelection {
  /** The pixel pointed at or pinned; both null if none. */
  x: number | null;
  y: number | null;
  /** Whether the pixel stays when the pointer leaves. */
  pinned: boolean;
  /** The class that the legend isolates, or null. */
  label: number | null;
}

/** How well a prediction agrees with the truth. */
export interface Agreement {
  /** Mean intersection over union, in [0, 1]. */
  mIoU: number;
  /** Share of pixels that agree, in [0, 1]. */
  pixelAccuracy: number;
  /** The number of classes over which the mean is taken. */
  classes: number;
}

/** What there is to show. */
export interface SegmentationData {
  /** The picture, of any size; it is copied. */
  picture: CanvasImageSource | ImageData;
  /** The predicted classes; without them the picture is shown alone. */
  labels?: Uint8Array;
  /** The label map's size. Default: the one last given. */
  width?: number;
  height?: number;
  /** The true classes, where known; values that are no class are void. */
  truth?: Uint8Array;
  agreement?: Agreement;
  /** The probability of each class at a pixel of the label map. */
  probabilitiesAt?: (x: number, y: number) => ArrayLike<number>;
  /** The labels at another size, for files of the picture's own. Default: nearest pixel. */
  labelsAt?: (width: number, height: number) => Uint8Array | Promise<Uint8Array>;
  /** How long the network took. */
  milliseconds?: number;
  /** A sentence to add to the caption. */
  message?: string;
}

export interface SegmentationOptions {
  /** In label order; colors are "#rrggbb". */
  classes: readonly LegendClass[];
  /** The label map's size. Default 257 × 193. */
  width?: number;
  height?: number;
  /** How much of the overlay covers the picture, in [0, 1]. Default 0.6. */
  opacity?: number;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

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
      <svg class="viz-over" aria-hidden="true"></svg>
      <div class="viz-pointing" tabindex="0" role="application"
        aria-label="Read the prediction: arrow keys move the cross, Enter pins it, Escape lets go"
        aria-describedby="${id}-readout"></div>
      <div class="viz-busy" hidden></div>
      <div class="viz-progress" hidden>
        <label for="${id}-progress"></label><progress id="${id}-progress"></progress>
      </div>
    </div>
    <p class="viz-error" role="alert" hidden></p>
    <div class="viz-readout" id="${id}-readout"></div>
    <div class="viz-toolbar" role="group" aria-label="The overlay">
      <label class="viz-slider">Overlay
        <input type="range" min="0" max="1" step="0.01" value="${opacity}"><output></output></label>
      <button type="button" data-do="wrong" aria-pressed="false" disabled>Mistakes</button>
      <button type="button" data-do="mask" disabled>Save mask</button>
      <button type="button" data-do="overlay" disabled>Save overlay</button>
    </div>
    <figcaption></figcaption>`;
  keepControlEvents(root);
  const stage = part(root, ".viz-stage");
  const canvas = part<HTMLCanvasElement>(stage, "canvas");
  const over = part<SVGSVGElement>(stage, "svg");
  const pointing = part(stage, ".viz-pointing");
  const slider = part<HTMLInputElement>(root, "input");
  const button = (name: string) => part<HTMLButtonElement>(root, `[data-do=${name}]`);
  const key = legend(classes);
  part(root, "figcaption").before(key);

  const colors = packColors(classes.map(({color}) => color));
  const picture = document.createElement("canvas");
  let data: SegmentationData | null = null;
  let mask: HTMLCanvasElement | null = null;
  let wrong: HTMLCanvasElement | null = null;
  let pointed: {x: number; y: number} | null = null;
  let pinned: {x: number; y: number} | null = null;
  let frame = 0;

  const map = (): LabelMap | null => (data?.labels ? {width, height, labels: data.labels} : null);
  const redraw = () => (frame ||= requestAnimationFrame(paint));

  /** Rebuilds what depends on the labels and on the isolated class, at the label map's size. */
  function layer(): void {
    const labels = map();
    const truth = data?.truth;
    const only = key.value;
    const faded = 0xb8000000; // nearly black, so that the isolated class stands out
    mask =
      labels &&
      canvasOf(
        paintLabels(labels, (label) =>
          only === null || label === only ? (colors[label] ?? 0) : faded
        )
      );
    wrong =
      labels && truth
        ? canvasOf(
            paintLabels(labels, (label, i) =>
              truth[i] < classes.length &&
              truth[i] !== label &&
              (only === null || only === label || only === truth[i])
                ? 0xff000000
                : 0
            )
          )
        : null;
  }

  function compose(context: CanvasRenderingContext2D, w: number, h: number): void {
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, 0, 0, w, h);
    if (!mask) return;
    context.imageSmoothingEnabled = false;
    context.globalAlpha = slider.valueAsNumber;
    context.drawImage(mask, 0, 0, w, h);
    context.globalAlpha = 1;
    if (wrong && button("wrong").ariaPressed === "true")
      context.drawImage(hatch(wrong, w, h), 0, 0);
    context.imageSmoothingEnabled = true;
  }

  function paint(): void {
    frame = 0;
    const start = performance.now();
    if (data) {
      const w = Math.round(stage.clientWidth * Math.min(devicePixelRatio, 3));
      const h = Math.round((w * height) / width);
      if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, {width: w, height: h});
      const context = canvas.getContext("2d");
      if (context && w && h) compose(context, w, h);
    }
    paintCross();
    stage.dataset.milliseconds = (performance.now() - start).toFixed(1);
  }

  function paintCross(): void {
    const at = pointed ?? pinned;
    over.setAttribute("viewBox", `0 0 ${width} ${height}`);
    over.classList.toggle("viz-pinned", at !== null && at === pinned);
    if (!at) return over.replaceChildren();
    const [x, y] = [at.x + 0.5, at.y + 0.5];
    const gap = width / 50;
    const d = `M0,${y}H${x - gap}M${x + gap},${y}H${width}M${x},0V${y - gap}M${x},${y + gap}V${height}`;
    const circle = `<circle cx="${x}" cy="${y}" r="${gap}"/>`;
    over.innerHTML = ["viz-halo", "viz-line"]
      .map((name) => `<g class="${name}"><path d="${d}"/>${at === pinned ? circle : ""}</g>`)
      .join("");
  }

  function read(): void {
    const at = pointed ?? pinned;
    const readout = part(root, ".viz-readout");
    if (!at || !data?.labels) {
      readout.replaceChildren(
        data?.labels ? "Point at the picture to read its classes." : "\u00a0"
      );
      return;
    }
    const i = at.y * width + at.x;
    const label = data.labels[i];
    const probabilities = data.probabilitiesAt?.(at.x, at.y);
    const ranked = probabilities
      ? classes
          .map((_, k) => k)
          .sort((a, b) => probabilities[b] - probabilities[a])
          .slice(0, 3)
      : [label];
    readout.replaceChildren(
      ...ranked.map((k) => {
        const entry = document.createElement("span");
        entry.className = "viz-entry";
        entry.style.setProperty("--color", classes[k].color);
        if (probabilities) entry.style.setProperty("--share", String(probabilities[k]));
        entry.textContent = probabilities
          ? `${classes[k].name} ${percent(probabilities[k])}`
          : classes[k].name;
        return entry;
      })
    );
    const truth = data.truth && classes[data.truth[i]];
    if (!truth) return;
    const entry = document.createElement("span");
    entry.className = "viz-truth";
    entry.textContent = data.truth?.[i] === label ? "as it is" : `in truth ${truth.name}`;
    readout.append(entry);
  }

  function describe(): void {
    const labels = map();
    const shares = labels && labelShares(labels.labels, classes.length);
    key.update(shares);
    const sentences: string[] = [];
    if (shares) {
      const largest = shares.map((_, k) => k).sort((a, b) => shares[b] - shares[a]);
      const said = largest.filter((k) => shares[k] >= 0.0005);
      const list = said.map((k) => `${classes[k].name} ${percent(shares[k])}`);
      const agreement = data?.agreement;
      if (agreement)
        sentences.push(
          `The network agrees with the truth on ${percent(agreement.pixelAccuracy)} of the pixels; ` +
            `mean IoU ${agreement.mIoU.toFixed(2)} over ${agreement.classes} classes.`
        );
      else sentences.push(`Mostly ${list.slice(0, 3).join(", ")}.`);
      canvas.setAttribute("aria-label", `Prediction: ${list.join(", ")}. ${sentences.join(" ")}`);
    } else if (data) canvas.setAttribute("aria-label", "The picture, not segmented yet");
    if (shares && data?.milliseconds !== undefined)
      sentences.push(`The pass took ${Math.round(data.milliseconds)} ms.`);
    if (data?.message) sentences.push(data.message);
    part(root, "figcaption").textContent = sentences.join(" ") || "\u00a0";
    for (const name of ["mask", "overlay"]) button(name).disabled = !labels;
    button("wrong").disabled = !wrong;
  }

  function point(next: {x: number; y: number} | null): void {
    if (next?.x === pointed?.x && next?.y === pointed?.y) return;
    pointed = next;
    selectionChanged();
  }

  function pin(next: {x: number; y: number} | null): void {
    if (next === pinned && !pointed) return;
    pinned = next;
    pointed = null;
    selectionChanged();
  }

  function selectionChanged(): void {
    paintCross();
    read();
    emitInput(root);
  }

  function pixelAt({clientX, clientY}: MouseEvent): {x: number; y: number} {
    const box = pointing.getBoundingClientRect();
    return clamped(
      Math.floor(((clientX - box.left) / box.width) * width),
      Math.floor(((clientY - box.top) / box.height) * height)
    );
  }

  function clamped(x: number, y: number): {x: number; y: number} {
    return {x: Math.max(0, Math.min(width - 1, x)), y: Math.max(0, Math.min(height - 1, y))};
  }

  pointing.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch") point(pixelAt(event));
  });
  pointing.addEventListener("pointerleave", () => point(null));
  pointing.addEventListener("click", (event) => {
    if (!data) return;
    const at = pixelAt(event);
    pin(pinned?.x === at.x && pinned.y === at.y ? null : at);
  });
  pointing.addEventListener("keydown", (event) => {
    const at = pointed ?? pinned;
    const step = event.shiftKey ? 10 : 1;
    const move = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step]
    }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (move && data)
      point(at ? clamped(at.x + move[0], at.y + move[1]) : clamped(width >> 1, height >> 1));
    else if ((event.key === "Enter" || event.key === " ") && at) pin(at);
    else if (event.key === "Escape" && at) pin(null);
    else return;
    event.preventDefault();
  });
  pointing.addEventListener("blur", () => point(null));
  slider.addEventListener("input", () => {
    showOpacity();
    redraw();
  });
  key.addEventListener("input", () => {
    layer();
    redraw();
    emitInput(root);
  });
  button("wrong").addEventListener("click", ({currentTarget}) => {
    const toggle = currentTarget as HTMLButtonElement;
    toggle.ariaPressed = String(toggle.ariaPressed !== "true");
    redraw();
  });
  for (const kind of ["mask", "overlay"] as const)
    button(kind).addEventListener("click", () => void saveFile(kind));

  /** Saves at the picture's own size, whatever size it is shown at. */
  async function saveFile(kind: "mask" | "overlay"): Promise<void> {
    const labels = map();
    if (!labels) return;
    try {
      const {width: w, height: h} = picture;
      const full = data?.labelsAt
        ? {width: w, height: h, labels: await data.labelsAt(w, h)}
        : labels;
      const colored = canvasOf(paintLabels(full, (label) => colors[label] ?? 0));
      const file = document.createElement("canvas");
      Object.assign(file, {width: w, height: h});
      const context = file.getContext("2d");
      if (!context) throw new Error(`no canvas of ${w}×${h}`);
      context.imageSmoothingEnabled = false;
      if (kind === "overlay") {
        context.drawImage(picture, 0, 0);
        context.globalAlpha = slider.valueAsNumber;
      }
      context.drawImage(colored, 0, 0, w, h);
      save(await pngBlob(file), `segmentation-${kind}.png`);
    } catch (error) {
      view.error(`The ${kind} was not saved: ${(error as Error).message}.`);
    }
  }

  function showOpacity(): void {
    part(root, "output").textContent = percent(slider.valueAsNumber);
  }

  function setSize(w: number, h: number): void {
    width = w;
    height = h;
    stage.style.aspectRatio = `${w} / ${h}`;
    if (pinned) pinned = clamped(pinned.x, pinned.y);
    pointed = null;
  }

  const view: SegmentationView = Object.assign(
    asView<HTMLElement, SegmentationSelection>(root, {
      get() {
        const at = pointed ?? pinned;
        return {
          x: at?.x ?? null,
          y: at?.y ?? null,
          pinned: !!at && at === pinned,
          label: key.value
        };
      },
      set({x, y, label}) {
        pinned = x === null || y === null ? null : clamped(x, y);
        pointed = null;
        key.value = label;
        layer();
        read();
        redraw();
      }
    }),
    {
      update(next: SegmentationData) {
        const {width: w = width, height: h = height} = next;
        if (next.labels && next.labels.length !== w * h)
          throw new RangeError(`invalid labels: ${next.labels.length} for ${w}×${h}`);
        if (w !== width || h !== height) setSize(w, h);
        copyPicture(next.picture, picture);
        data = next;
        view.busy(false);
        view.error(null);
        if (next.labels) view.progress(null);
        layer();
        read();
        describe();
        redraw();
      },
      busy(is: boolean) {
        part(stage, ".viz-busy").hidden = !is;
        root.ariaBusy = String(is);
      },
      progress(bytes: {loaded: number; total: number} | null) {
        part(stage, ".viz-progress").hidden = !bytes;
        if (!bytes) return;
        const megabytes = (n: number) => (n / 1e6).toFixed(2);
        const {loaded, total} = bytes;
        part(stage, ".viz-progress label").textContent =
          `Weights: ${megabytes(loaded)} of ${megabytes(total)} MB`;
        Object.assign(part<HTMLProgressElement>(stage, "progress"), {max: total, value: loaded});
      },
      error(message: string | null) {
        const place = part(root, ".viz-error");
        place.hidden = message === null;
        place.textContent = message ?? "";
        if (message !== null) view.busy(false);
      }
    }
  );
  setSize(width, height);
  showOpacity();
  read();
  describe();
  new ResizeObserver(redraw).observe(stage);
  return view;
}

/** Copies *from*, so that its owner may draw on it again. */
function copyPicture(from: CanvasImageSource | ImageData, to: HTMLCanvasElement): void {
  const {width, height} = naturalSize(from);
  if (!(width > 0 && height > 0)) throw new RangeError(`invalid picture: ${width}×${height}`);
  if (to.width !== width || to.height !== height) Object.assign(to, {width, height});
  const context = to.getContext("2d");
  if (from instanceof ImageData) context?.putImageData(from, 0, 0);
  else context?.drawImage(from, 0, 0, width, height);
}

function naturalSize(from: CanvasImageSource | ImageData): {width: number; height: number} {
  if (from instanceof HTMLImageElement)
    return {width: from.naturalWidth, height: from.naturalHeight};
  if (from instanceof HTMLVideoElement) return {width: from.videoWidth, height: from.videoHeight};
  if (from instanceof SVGImageElement)
    return {width: from.width.baseVal.value, height: from.height.baseVal.value};
  if ("displayWidth" in from) return {width: from.displayWidth, height: from.displayHeight};
  return from;
}
