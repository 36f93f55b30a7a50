import type {FeatureMap, Filter} from "../model/atrousForms.ts";
import type {SubsampledComparison, Upsampling} from "../model/subsample.ts";
import {filterPicker, type FilterChoice} from "./filterPicker.ts";
import type {FilterPicture} from "./filters.ts";
import {icons} from "./icons.ts";
import {checkPixel, linkedPixels} from "./linkedPixels.ts";
import type {Pixel} from "./pixelPointer.ts";
import {responseText} from "./responseMap.ts";
import {pngBlob, saveAs} from "./saveAs.ts";
import {subsampledPanels} from "./subsampledPanels.ts";
import {subsampledSentences} from "./subsampledWords.ts";
import {onThemeChange} from "./themeColors.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

const strides = [2, 4, 8];
const upsamplings: readonly Upsampling[] = ["bilinear", "zeros"];

/** What the reader has set. */
export interface SubsampledValue extends FilterChoice {
  /** By how much the picture is downsampled: 2, 4 or 8. */
  stride: number;
  /** How the small response is brought back to full size. */
  upsample: Upsampling;
  /** The pixel that is pinned on all pictures, if any. */
  at: Pixel | null;
}

export interface SubsampledOptions {
  picture: FilterPicture;
  /** Convolves the subsampled picture and, with holes, the whole one. */
  compare(
    this: void,
    map: FeatureMap,
    filter: Filter,
    stride: number,
    by: Upsampling
  ): SubsampledComparison;
  /** Reads the filters that the network learned; called when one is first chosen. */
  learned(this: void): Promise<readonly Filter[]>;
  /** What to start from, and what Reset goes back to. Default vertical edges, 4, bilinear. */
  value?: Partial<SubsampledValue>;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

export interface Subsampled extends View<HTMLElement, SubsampledValue> {
  /** Shows another picture of the same size; throws a RangeError if it is of another. */
  update(picture: FilterPicture): void;
  /** Stops listening to the page. */
  close(): void;
}

/**
 * Returns a figure of what downsampling loses: a picture that is subsampled, convolved and upsampled
 * beside the same filter with holes on the whole picture, and which of the strong responses of the
 * second are lost in the first. Its **value** is filter, stride, upsampling and the pinned pixel; a
 * change by the reader emits *input*.
 *
 * ```js
 * const lost = view(subsampled({picture, compare, learned}));
 * ```
 *
 * Pointing at a pixel marks it everywhere; see linkedPixels. Throws a RangeError, on creation or on
 * assigning, if the value is not legal.
 */
export function subsampled({
  picture,
  compare,
  learned,
  value: initialValue = {},
  save = saveAs
}: SubsampledOptions): Subsampled {
  const {width, height} = picture.luminance;
  let stride = 4;
  let by: Upsampling = "bilinear";
  let drawn: {map: FeatureMap; filter: Filter; stride: number; by: Upsampling} | null = null;
  let result: SubsampledComparison | null = null;
  let frame = 0;
  const id = uniqueId("subsampled");
  const closed = new AbortController();
  const root = document.createElement("figure");
  root.className = "viz viz-forms";
  root.innerHTML = `
    <div class="viz-forms-controls">
      <div class="viz-filter viz-subsampled-choices">
        <fieldset><legend>Downsample by</legend><div class="viz-segmented"></div></fieldset>
        <fieldset><legend>Upsample with</legend><div class="viz-segmented"></div></fieldset>
      </div>
      <div class="viz-toolbar">
        <button type="button" data-do="reset">Reset</button>
        <button type="button" data-do="save" aria-label="Save PNG">${icons.save}PNG</button>
      </div>
    </div>
    <p class="viz-error" role="alert" hidden></p>
    <p class="viz-readout" id="${id}-readout"></p>
    <figcaption></figcaption>`;
  keepControlEvents(root);
  const picker = filterPicker(initialValue, {learned, onFilter: redraw});
  part(root, ".viz-forms-controls").prepend(picker);
  const panels = subsampledPanels({width, height});
  part(root, ".viz-error").before(panels.element);
  const [strideRow, upsampleRow] = root.querySelectorAll(".viz-subsampled-choices .viz-segmented");
  const strideRadios = strides.map((offered) =>
    radio(strideRow, "stride", String(offered), () => (stride = offered))
  );
  const upsampleRadios = upsamplings.map((name) =>
    radio(upsampleRow, "upsample", name === "zeros" ? "Zeros" : "Bilinear", () => (by = name))
  );

  const pixel = linkedPixels({width, height}, panels.stages, {
    describedBy: `${id}-readout`,
    pinned: null,
    onMove: tellPixel,
    onPin: () => emitInput(root)
  });

  function radio(to: Element, name: string, face: string, take: () => void): HTMLInputElement {
    const label = document.createElement("label");
    label.innerHTML = `<input type="radio" name="${id}-${name}"><span>${face}</span>`;
    const input = part<HTMLInputElement>(label, "input");
    input.addEventListener("change", () => {
      take();
      changed();
    });
    to.append(label);
    return input;
  }

  function changed(): void {
    redraw();
    emitInput(root);
  }

  function redraw(): void {
    frame ||= requestAnimationFrame(draw);
  }

  function draw(): void {
    frame = 0;
    if (!root.isConnected || closed.signal.aborted) return;
    const start = performance.now();
    strideRadios.forEach((input, i) => (input.checked = strides[i] === stride));
    upsampleRadios.forEach((input, i) => (input.checked = upsamplings[i] === by));
    const filter = picker.current;
    const map = filter.channels === 1 ? picture.luminance : picture.rgb;
    const last = drawn;
    drawn = {map, filter, stride, by};
    if (!result || !same(last, drawn)) result = compare(map, filter, stride, by);
    panels.show({map, filter, stride, comparison: result}, picker.words);
    part(root, "figcaption").textContent = subsampledSentences({
      words: picker.words,
      stride,
      by,
      width,
      height,
      comparison: result
    });
    pixel.redraw();
    tellPixel();
    root.dataset.milliseconds = (performance.now() - start).toFixed(1);
  }

  function tellPixel(): void {
    const at = pixel.current;
    const readout = part(root, ".viz-readout");
    if (!at || !result) {
      readout.textContent = "Point at a picture: the same pixel is marked on all of them.";
      return;
    }
    const i = at.y * width + at.x;
    const fate = ["", ": strong, and kept", ": strong, and lost"][result.lost.fate[i]];
    readout.textContent =
      `Pixel ${at.x}, ${at.y}: ${responseText(result.restored[i])} downsampled, ` +
      `${responseText(result.full[i])} with holes${fate}`;
  }

  function say(text: string | null): void {
    const place = part(root, ".viz-error");
    place.hidden = text === null;
    place.textContent = text ?? "";
  }

  picker.addEventListener("input", (event) => {
    event.stopPropagation();
    changed();
  });
  part(root, "[data-do=save]").addEventListener("click", () => {
    const caption = part(root, "figcaption").textContent;
    pngBlob(panels.sheet(caption, pixel.current)).then(
      (file) => {
        say(null);
        save(file, "downsampled-or-with-holes.png");
      },
      (error: unknown) => say(`The picture was not saved: ${(error as Error).message}.`)
    );
  });

  const figure = asView<HTMLElement, SubsampledValue>(root, {
    get: () => ({...picker.value, stride, upsample: by, at: pixel.pinned && {...pixel.pinned}}),
    set(next) {
      if (!strides.includes(next.stride))
        throw new RangeError(`invalid stride: ${next.stride} (${strides.join(", ")})`);
      if (!upsamplings.includes(next.upsample))
        throw new RangeError(`invalid upsampling: ${next.upsample} (${upsamplings.join(", ")})`);
      checkPixel(next.at, {width, height});
      picker.value = next;
      [stride, by] = [next.stride, next.upsample];
      pixel.pinned = next.at;
      redraw();
    }
  });
  const initial: SubsampledValue = {
    ...figure.value,
    at: {x: (width >> 1) + 3, y: (height >> 1) + 3}, // not one that downsampling keeps
    ...initialValue
  };
  figure.value = initial;
  part(root, "[data-do=reset]").addEventListener("click", () => {
    const before = JSON.stringify(figure.value);
    figure.value = initial;
    if (JSON.stringify(figure.value) !== before) emitInput(root);
  });
  new ResizeObserver(redraw).observe(root);
  onThemeChange(redraw, closed.signal);

  return Object.assign(figure, {
    update(next: FilterPicture) {
      if (next.luminance.width !== width || next.luminance.height !== height)
        throw new RangeError(
          `invalid picture: ${next.luminance.width}×${next.luminance.height}, not ${width}×${height}`
        );
      picture = next;
      redraw();
    },
    close: () => closed.abort()
  });
}

function same<T extends object>(a: T | null, b: T): boolean {
  return a !== null && Object.keys(b).every((key) => a[key as keyof T] === b[key as keyof T]);
}
