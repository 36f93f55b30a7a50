import {scientific} from "./numberWords.ts";
import {paintPixels, signedScale, type SignedScale} from "./responseMap.ts";
import {themeColors} from "./themeColors.ts";
import {part} from "./view.ts";

/** A map of features: `data[(y * width + x) * channels + channel]`. */
export interface FeatureMap {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Float32Array;
}

/** How far a fine map, every *step*-th unit of it, is from a coarse one. */
export interface MapAgreement {
  readonly step: number;
  /** How many numbers were compared. */
  readonly compared: number;
  /** The largest absolute difference, and the largest absolute value. */
  readonly difference: number;
  readonly largest: number;
}

export interface FeatureMapsData {
  /** What the maps are of, for their text alternative: "Block 16, channel 3". */
  readonly title: string;
  readonly fine: FeatureMap;
  readonly coarse: FeatureMap;
  /** The output strides at which they were computed. */
  readonly fineStride: number;
  readonly coarseStride: number;
  readonly channel: number;
  readonly step: number;
}

/**
 * Returns one channel of three maps side by side: a fine one, with the units marked that are also
 * a coarser one's; those units alone; and the coarser map. All three have one scale of colors,
 * centered at zero, and a key to it. **repaint** takes the page's colors anew.
 */
export function featureMaps(): {
  readonly element: HTMLElement;
  update(data: FeatureMapsData): void;
  repaint(): void;
} {
  const element = document.createElement("div");
  element.className = "viz-maps";
  element.innerHTML = ["fine", "kept", "coarse"]
    .map(
      (name) => `<div class="viz-map" data-map="${name}">
        <div><canvas role="img"></canvas><svg aria-hidden="true"><path/></svg></div><p></p></div>`
    )
    .join("")
    .concat(`<p class="viz-signed-key">Feature <span></span><i aria-hidden="true"></i><b></b></p>`);
  let data: FeatureMapsData | null = null;
  let scale: SignedScale | null = null;

  function draw(): void {
    if (!data || !element.isConnected) return;
    const {title, fine, coarse, fineStride, coarseStride, channel, step} = data;
    scale ??= signedScale(...scaleColors(element));
    const most = largestOf(fine, channel);
    const range = `features from ${scientific(-most)} to ${scientific(most)}`;
    const nth = step === 1 ? "All units" : `Every ${step === 2 ? "2nd" : `${step}th`} unit`;
    const shown = {
      fine: {map: fine, words: `At output stride ${fineStride}`},
      kept: {map: everyNth(fine, step), words: `${nth} of it`},
      coarse: {map: coarse, words: `At output stride ${coarseStride}`}
    };
    for (const [name, {map, words}] of Object.entries(shown)) {
      const holder = part(element, `[data-map=${name}]`);
      const size = `${map.width} × ${map.height}`;
      const canvas = part<HTMLCanvasElement>(holder, "canvas");
      paintChannel(canvas, map, channel, most, scale);
      canvas.setAttribute("aria-label", `${title}. ${words}: ${size} units, ${range}`);
      part(holder, "p").textContent = `${words}: ${size}`;
    }
    const marks = part<SVGSVGElement>(element, "[data-map=fine] svg");
    marks.setAttribute("viewBox", `0 0 ${fine.width} ${fine.height}`);
    part(marks, "path").setAttribute("d", step === 1 ? "" : squares(fine, step));
    part(element, ".viz-signed-key span").textContent = scientific(-most);
    part(element, ".viz-signed-key b").textContent = scientific(most);
  }

  // The page's colors are known only once the element is in it.
  new ResizeObserver(() => {
    if (scale === null) draw();
  }).observe(element);
  return {
    element,
    update(next) {
      data = next;
      draw();
    },
    repaint() {
      scale = null;
      draw();
    }
  };
}

/** The page's colors of the least value, zero, and the greatest. */
function scaleColors(element: Element): [string, string, string] {
  const names = ["--viz-negative", "--viz-zero", "--viz-positive"] as const;
  const colors = themeColors(element, names);
  return [colors["--viz-negative"], colors["--viz-zero"], colors["--viz-positive"]];
}

/** Returns the largest absolute value of a channel. */
export function largestOf({data, channels}: FeatureMap, channel: number): number {
  let most = 0;
  for (let i = channel; i < data.length; i += channels) most = Math.max(most, Math.abs(data[i]));
  return most;
}

/** Returns every *step*-th unit of a map, along each side, from the first on. */
export function everyNth(map: FeatureMap, step: number): FeatureMap {
  if (step === 1) return map;
  const {channels} = map;
  const [width, height] = [map.width, map.height].map((d) => Math.floor((d - 1) / step) + 1);
  const data = new Float32Array(width * height * channels);
  for (let y = 0, o = 0; y < height; y++)
    for (let x = 0; x < width; x++, o += channels) {
      const from = (y * map.width + x) * step * channels;
      data.set(map.data.subarray(from, from + channels), o);
    }
  return {width, height, channels, data};
}

function paintChannel(
  canvas: HTMLCanvasElement,
  {width, height, channels, data}: FeatureMap,
  channel: number,
  most: number,
  scale: SignedScale
): void {
  const zero = (scale.length - 1) / 2;
  const by = most > 0 ? zero / most : 0;
  paintPixels(canvas, width, height, (pixels) => {
    for (let i = 0, o = channel; i < pixels.length; i++, o += channels)
      pixels[i] = scale[Math.round(zero + data[o] * by)];
  });
}

/** Returns a path of squares around every *step*-th unit. */
function squares({width, height}: FeatureMap, step: number): string {
  let path = "";
  for (let y = 0; y < height; y += step)
    for (let x = 0; x < width; x += step) path += `M${x},${y}h1v1h-1z`;
  return path;
}
