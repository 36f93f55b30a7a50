import {steadyHeight} from "./steadyHeight.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

/** A tiny picture, its true labels, and what is believed of them at first. */
export interface TinyProblem {
  readonly width: number;
  readonly height: number;
  /** RGBA. */
  readonly image: Uint8ClampedArray;
  readonly truth: Uint8Array;
  /** For each pixel a belief in each label, label fastest; rows sum to 1. */
  readonly beliefs: Float32Array;
  /** A color for each label, "#rrggbb". */
  readonly colors: readonly string[];
}

/** The steps offered. */
const MOST = 6;

/**
 * Returns a small figure of a fully connected CRF: a picture, what is believed of it at first, and
 * what after some steps. Its **value** is how many, 0 to 6; moving the slider sets it and emits
 * *input*.
 *
 * ```js
 * const count = view(crfThumbnail(problem, stepper));
 * ```
 *
 * *stepper* returns a function that returns the beliefs after one more step with each call, those of
 * step 0 first. It is called when the figure is first near the screen, and then for as many steps as
 * are shown. Assigning a number of steps that is not offered throws a RangeError.
 */
export function crfThumbnail(
  problem: TinyProblem,
  stepper: (problem: TinyProblem) => () => Float32Array
): View<HTMLElement, number> {
  const {width, height, image, truth, beliefs, colors} = problem;
  const id = uniqueId("thumbnail");
  const root = document.createElement("figure");
  root.className = "viz-thumbnail viz-crf-thumbnail";
  root.innerHTML = `<div>${["picture", "first", "after"]
    .map((name) => `<canvas data-of="${name}" width="${width}" height="${height}"></canvas>`)
    .join("")}</div>
    <label class="viz-thumbnail-growth" for="${id}"><span>Steps <output></output></span>
      <input id="${id}" type="range" min="0" max="${MOST}" step="1"></label>
    <figcaption></figcaption>`;
  keepControlEvents(root);
  steadyHeight(part(root, "figcaption"));
  const range = part<HTMLInputElement>(root, "input");
  let value = 3;
  const all: Float32Array[] = [];
  let next: (() => Float32Array) | null = null;
  let [near, busy] = [false, false];

  const rgb = colors.map((color) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)));

  function put(name: string, pixels: Uint8ClampedArray): void {
    const context = part<HTMLCanvasElement>(root, `[data-of=${name}]`).getContext("2d");
    context?.putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
  }

  /** Beliefs as one color a pixel: the labels' colors, mixed. */
  function mixed(Q: Float32Array): Uint8ClampedArray {
    const pixels = new Uint8ClampedArray(4 * width * height).fill(255);
    for (let i = 0; i < width * height; ++i)
      for (let c = 0; c < 3; ++c)
        pixels[4 * i + c] = rgb.reduce(
          (sum, color, l) => sum + color[c] * Q[i * rgb.length + l],
          0
        );
    return pixels;
  }

  function wrong(Q: Float32Array): number {
    let count = 0;
    for (let i = 0; i < truth.length; ++i) {
      const own = Q.subarray(i * rgb.length, (i + 1) * rgb.length);
      if (own.indexOf(Math.max(...own)) !== truth[i]) ++count;
    }
    return count;
  }

  function refresh(): void {
    const known = value < all.length;
    if (known) put("after", mixed(all[value]));
    else if (near && !busy) {
      busy = true;
      setTimeout(advance);
    }
    tell(known ? wrong(all[value]) : null);
  }

  /** One step, or what comes before the first: each is a task of its own, so that none is long. */
  function advance(): void {
    busy = false;
    if (next === null) next = stepper(problem);
    else all.push(next());
    refresh();
  }

  /** Says how many pixels are wrong; null while that is not known. */
  function tell(count: number | null): void {
    range.valueAsNumber = value;
    const named = `${value} ${value === 1 ? "step" : "steps"}`;
    range.setAttribute("aria-valuetext", named);
    part(root, "output").textContent = String(value);
    const first = wrong(beliefs);
    const words =
      value === 0
        ? `At first, ${first} of ${truth.length} pixels are wrong.`
        : `After ${named}, ${count ?? "…"} of ${truth.length} pixels are wrong; at first, ${first}.`;
    part(root, "figcaption").textContent = words;
    part(root, "[data-of=after]").setAttribute("aria-label", words);
  }

  const labels = {picture: "A tiny street", first: "What is believed of it at first, blurred"};
  for (const canvas of root.querySelectorAll("canvas")) canvas.setAttribute("role", "img");
  for (const [name, label] of Object.entries(labels))
    part(root, `[data-of=${name}]`).setAttribute("aria-label", label);
  range.addEventListener("input", () => {
    if (range.valueAsNumber === value) return;
    value = range.valueAsNumber;
    refresh();
    emitInput(root);
  });

  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries[entries.length - 1].isIntersecting) return;
      observer.disconnect();
      near = true;
      refresh();
    },
    {rootMargin: "300px"}
  );
  observer.observe(root);
  put("picture", image);
  put("first", mixed(beliefs));
  tell(null);
  return asView<HTMLElement, number>(root, {
    get: () => value,
    set(steps) {
      if (!(Number.isInteger(steps) && steps >= 0 && steps <= MOST))
        throw new RangeError(`invalid steps: ${steps} (a whole number from 0 to ${MOST})`);
      value = steps;
      refresh();
    }
  });
}
