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
 * const count = view(crfThumbnail(problem, steps));
 * ```
 *
 * *steps* returns the beliefs after 0, 1 … *count* steps; it is called when the figure is first near
 * the screen, and takes some milliseconds. Assigning a number of steps that is not offered throws a
 * RangeError.
 */
export function crfThumbnail(
  problem: TinyProblem,
  steps: (problem: TinyProblem, count: number) => readonly Float32Array[]
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
  const range = part<HTMLInputElement>(root, "input");
  let value = 3;
  let all: readonly Float32Array[] = [beliefs];

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
    const Q = all[Math.min(value, all.length - 1)];
    put("after", mixed(Q));
    range.valueAsNumber = value;
    const named = `${value} ${value === 1 ? "step" : "steps"}`;
    range.setAttribute("aria-valuetext", named);
    part(root, "output").textContent = String(value);
    const words =
      value === 0
        ? `At first, ${wrong(beliefs)} of ${truth.length} pixels are wrong.`
        : `After ${named}, ${wrong(Q)} of ${truth.length} pixels are wrong; at first, ${wrong(beliefs)}.`;
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
    compute();
    emitInput(root);
  });

  function compute(): void {
    if (all.length === 1) all = steps(problem, MOST);
    refresh();
  }

  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries[entries.length - 1].isIntersecting) return;
      observer.disconnect();
      compute();
    },
    {rootMargin: "300px"}
  );
  observer.observe(root);
  put("picture", image);
  put("first", mixed(beliefs));
  part(root, "figcaption").textContent = `${truth.length} pixels`;
  return asView<HTMLElement, number>(root, {
    get: () => value,
    set(next) {
      if (!(Number.isInteger(next) && next >= 0 && next <= MOST))
        throw new RangeError(`invalid steps: ${next} (a whole number from 0 to ${MOST})`);
      value = next;
      compute();
    }
  });
}
