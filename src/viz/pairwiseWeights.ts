import {afterPaint} from "./afterPaint.ts";
import {crfSettings, sameCrfSettings} from "./crfSettings.ts";
import {icons} from "./icons.ts";
import {
  checkPairwise,
  firstPairwise,
  greatestWeight,
  type MapName,
  type PairwiseData,
  type PairwiseValue,
  type PairwiseWeightsOptions
} from "./pairwiseWeightsData.ts";
import {pairwiseCsv} from "./pairwiseWeightsFile.ts";
import {pairMaps} from "./pairwiseWeightsMaps.ts";
import {pairPointer} from "./pairwiseWeightsPointer.ts";
import {pairReadout} from "./pairwiseWeightsReadout.ts";
import {BLIND, blindTask, OWN_SHARE, pairwiseSentences} from "./pairwiseWeightsWords.ts";
import {percent} from "./percent.ts";
import type {Pixel} from "./pixelPointer.ts";
import {pngBlob, saveAs} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {task} from "./task.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

export interface PairwiseWeightsView extends View<HTMLElement, PairwiseValue> {
  /** Shows a picture; a pixel that the reader has chosen stays. */
  update(data: PairwiseData): void;
}

/**
 * Returns a figure of which pixels a pixel hears in a fully connected CRF: the weights of either
 * kernel, and of both together, between it and every other, as heat maps over the picture. Dragging
 * the pixel (or arrow keys on it) moves it, pointing reads another. Its **value** is the pixel, the
 * map that is large, and the kernels' settings; a change by the reader emits *input*.
 *
 * ```js
 * const pairs = pairwiseWeights({classes, width: 257, height: 193, pairwiseKernels, pairKernels, …});
 * pairs.update({width, height, picture, pixels, truth, clearest});
 * ```
 *
 * Throws a RangeError, on creation or on assigning, if the value is not legal.
 */
export function pairwiseWeights({
  classes,
  width,
  height,
  value: given = {},
  save = saveAs,
  ...arithmetic
}: PairwiseWeightsOptions): PairwiseWeightsView {
  const id = uniqueId("pairs");
  const root = document.createElement("figure");
  root.className = "viz viz-pairs";
  root.innerHTML = `
    <figcaption id="${id}-caption"><p></p><p></p></figcaption>
    <p class="viz-error" role="alert" hidden></p>
    <div class="viz-toolbar">
      <button type="button" data-do="reset">Reset</button>
      <button type="button" data-do="png" aria-label="Save PNG">${icons.save}PNG</button>
      <button type="button" data-do="csv" aria-label="Save CSV of all weights">${icons.save}CSV</button>
    </div>`;
  keepControlEvents(root);
  const button = (name: string) => part<HTMLButtonElement>(root, `[data-do=${name}]`);
  const maps = pairMaps({width, height, classes, onPick: (map) => choose({map})});
  const readout = pairReadout(`${id}-readout`);
  const words = [...root.querySelectorAll<HTMLElement>("figcaption p")];
  words.forEach(steadyHeight);
  maps.side.append(readout.element);
  part(root, "figcaption").before(maps.element);
  const pointer = pairPointer(maps.stage, {
    ...{width, height, describedBy: `${id}-readout ${id}-caption`},
    onMove(end, to) {
      if (end === "pixel" && to) return choose(to);
      placed = to;
      show();
    },
    onHover(at) {
      if (at?.x === hovered?.x && at?.y === hovered?.y) return;
      hovered = at;
      show();
    }
  });
  const blind = task(
    `Blind it to color: set θβ to ${BLIND} or more, and let the first pixel hear at least ` +
      `${percent(OWN_SHARE).replace(" ", "\u00a0")} of its appearance weight from its own label all the same.`
  );
  root.append(blind.element);

  const initial = checked({...firstPairwise, ...given});
  let value = initial;
  let data: PairwiseData | null = null;
  let placed: Pixel | null = null; // the other pixel, if the reader put it somewhere
  let hovered: Pixel | null = null;
  let computed: {of: string; weights: Record<MapName, Float32Array>} | null = null;
  const settings = crfSettings(initial.settings);
  settings.addEventListener("input", () => choose({settings: settings.value}));
  part(root, ".viz-toolbar").before(settings);
  const buffers = {
    kernels: {
      appearance: new Float32Array(width * height),
      smoothness: new Float32Array(width * height)
    },
    weights: {
      sum: new Float32Array(width * height),
      appearance: new Float32Array(width * height),
      smoothness: new Float32Array(width * height)
    }
  };

  const index = ({x, y}: Pixel) => y * width + x;
  const pixelAt = (i: number): Pixel => ({x: i % width, y: Math.floor(i / width)});

  function checked(next: PairwiseValue): PairwiseValue {
    return checkPairwise(next, {width, height});
  }

  /** The pixel whose weights are shown. */
  function chosen(of: PairwiseData): Pixel {
    const {x, y} = value;
    return x !== null && y !== null ? {x, y} : pixelAt(of.clearest);
  }

  /** The other pixel of the pair that is read: by itself, the nearest that has another label. */
  function otherOf(of: PairwiseData, pixel: Pixel): Pixel | null {
    const own = hovered ?? placed;
    if (own !== null) return own;
    const nearest = arithmetic.nearestOther(of.truth, index(pixel), width);
    return nearest === null ? null : pixelAt(nearest);
  }

  let frame = 0;
  function show(): void {
    if (!sameCrfSettings(settings.value, value.settings)) settings.value = value.settings;
    button("reset").disabled = placed === null && JSON.stringify(value) === JSON.stringify(initial);
    for (const name of ["png", "csv"]) button(name).disabled = data === null;
    root.ariaBusy = String(data === null);
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(draw);
  }

  /** Computes the maps if they are others, and draws what has changed: once a frame. */
  function draw(): void {
    if (data === null) return;
    const pixel = chosen(data);
    const of = JSON.stringify([pixel, value.map, value.settings]);
    if (computed?.of !== of) {
      const {kernels, weights} = buffers;
      arithmetic.pairwiseKernels(picture(data), index(pixel), value.settings, kernels);
      const {appearance, smoothness} = value.settings;
      for (let i = 0; i < weights.sum.length; i++) {
        weights.appearance[i] = appearance.weight * kernels.appearance[i];
        weights.smoothness[i] = smoothness.weight * kernels.smoothness[i];
        weights.sum[i] = weights.appearance[i] + weights.smoothness[i];
      }
      maps.show(weights, value.map, greatestWeight(value.map, value.settings));
      computed = {of, weights};
      tellAll();
    }
    pointer.mark(pixel, otherOf(data, pixel));
    tellPair();
  }

  const tellPair = afterPaint(() => {
    if (data === null) return;
    const pixel = chosen(data);
    const other = otherOf(data, pixel);
    const of = (at: Pixel) => nameOf(data!, at) ?? "two labels mix";
    pointer.name({
      pixel: `Pixel i: ${pixel.x}, ${pixel.y}, ${of(pixel)}`,
      other: other ? `Pixel j: ${other.x}, ${other.y}, ${of(other)}` : "Pixel j"
    });
    if (other === null) return readout.update(null);
    const {kernelSums, pairKernels} = arithmetic;
    const [i, j] = [index(pixel), index(other)];
    const level = (c: number) => data!.pixels[4 * i + c] - data!.pixels[4 * j + c];
    readout.update({
      ...{pixel, other, settings: value.settings},
      names: {pixel: of(pixel), other: of(other)},
      distance: Math.hypot(other.x - pixel.x, other.y - pixel.y),
      levels: Math.hypot(level(0), level(1), level(2)),
      k: pairKernels(picture(data), i, j, value.settings),
      sums: {
        pixel: kernelSums(picture(data), i, value.settings),
        other: kernelSums(picture(data), j, value.settings)
      }
    });
  });

  const tellAll = afterPaint(() => {
    if (data === null || computed === null) return;
    const {truth, clearest} = data;
    const pixel = chosen(data);
    const i = index(pixel);
    const {kernels, weights} = buffers;
    const shares = (of: Float32Array | null) => arithmetic.heardByLabel(of, truth, i);
    const appearance = shares(kernels.appearance);
    maps.showShares({
      picture: shares(null),
      appearance: value.settings.appearance.weight > 0 ? appearance : appearance.map(() => 0),
      smoothness: shares(weights.smoothness),
      sum: shares(weights.sum)
    });
    const {map} = value;
    const greatest = greatestWeight(map, value.settings);
    const nearest = arithmetic.nearestOther(truth, i, width);
    const name = nameOf(data, pixel);
    const own = appearance[truth[i]];
    const across = nearest === null ? null : pixelAt(nearest);
    const sentences = pairwiseSentences({
      ...{pixel, name, map, greatest, own, settings: value.settings, pixels: width * height},
      strong: arithmetic.countAbove(weights[map], i, 0.01 * greatest),
      half: arithmetic.heardHalf(kernels.appearance, i, width),
      nearest: across && {
        name: nameOf(data, across) ?? "",
        distance: Math.hypot(across.x - pixel.x, across.y - pixel.y),
        appearance: arithmetic.pairKernels(picture(data), i, index(across), value.settings)
          .appearance
      }
    });
    words.forEach((paragraph, n) => (paragraph.textContent = sentences[n]));
    maps.describe(sentences.join(" "));
    const {solved, note} = blindTask({
      isFirst: i === clearest,
      name,
      own,
      settings: value.settings
    });
    blind.update(solved, note);
  });

  function nameOf({truth}: PairwiseData, at: Pixel): string | null {
    const label = truth[index(at)];
    return label < classes.length ? classes[label].name : null;
  }

  const picture = ({pixels}: PairwiseData) => ({width, height, data: pixels});

  function choose(next: Partial<PairwiseValue>): void {
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

  button("reset").addEventListener("click", () => {
    placed = hovered = null;
    choose(initial);
    blind.reset();
  });
  const saved = (file: Promise<Blob>, name: string) => {
    say(null);
    file.then(
      (blob) => save(blob, name),
      (error: unknown) => say(`The file was not saved: ${(error as Error).message}. Try again.`)
    );
  };
  button("png").addEventListener("click", () => {
    if (data === null) return;
    const pixel = chosen(data);
    const caption = words.map(({textContent}) => textContent).join(" ");
    saved(pngBlob(maps.sheet(caption, pixel, otherOf(data, pixel))), "who-talks-to-whom.png");
  });
  button("csv").addEventListener("click", () => {
    if (data === null) return;
    const {appearance, smoothness} = buffers.kernels;
    const kernels = {appearance: appearance.slice(), smoothness: smoothness.slice()};
    const nameAt = (label: number) => (label < classes.length ? classes[label].name : "void");
    saved(pairwiseCsv(data, kernels, value.settings, nameAt), "weights.csv");
  });

  show();
  const figure = asView<HTMLElement, PairwiseValue>(root, {
    get: () => ({...value}),
    set(next) {
      value = checked(next);
      show();
    }
  });
  return Object.assign(figure, {
    update(next: PairwiseData) {
      if (next.width !== width || next.height !== height)
        throw new RangeError(
          `invalid picture: ${next.width}×${next.height}, not ${width}×${height}`
        );
      data = next;
      computed = null;
      placed = hovered = null;
      maps.showPicture(next.picture);
      blind.reset();
      show();
    }
  });
}
