import {stepOf, tapsAt, unitAt, type VoicesData} from "./branchVoicesData.ts";
import {voiceTitle} from "./branchVoicesWords.ts";
import {ring, type Mark} from "./linkedPixels.ts";
import {panelSheet} from "./panelSheet.ts";
import type {Pixel} from "./pixelPointer.ts";
import {themeColors} from "./themeColors.ts";
import {part} from "./view.ts";

/** Returns each share at the unit under a pixel, as it is and less its mean over the classes. */
export function voicesCsv(pixel: Pixel, data: VoicesData, names: readonly string[]): Blob {
  const unit = unitAt(pixel, data);
  const from = (unit.y * data.columns + unit.x) * data.classes;
  const said: [string, Float32Array][] = [
    ...data.voices.map((voice): [string, Float32Array] => [voiceTitle(voice), voice.votes]),
    ["bias", data.bias],
    ["logits", data.logits]
  ];
  const lines = said.flatMap(([title, all]) => {
    const own = all.subarray(from, from + data.classes);
    const mean = own.reduce((a, b) => a + b, 0) / own.length;
    return names.map((name, k) => [unit.x, unit.y, title, name, own[k], own[k] - mean].join(","));
  });
  const head = "column,row,who,class,share,share less mean";
  return new Blob([`${[head, ...lines].join("\n")}\n`], {type: "text/csv"});
}

/** Returns the street with the pin and a branch's taps, and the five maps, as one picture. */
export function voicesSheet(
  figure: HTMLElement,
  {
    picture,
    maps,
    pixel,
    branch,
    data
  }: {
    picture: HTMLCanvasElement;
    maps: readonly HTMLCanvasElement[];
    pixel: Pixel;
    branch: number;
    data: VoicesData;
  }
): HTMLCanvasElement {
  const {rate} = data.voices[branch];
  const step = stepOf(data);
  const taps: Mark = {
    kind: "tap",
    d: (rate === null ? [] : tapsAt(unitAt(pixel, data), rate, data))
      .filter(({inside}) => inside)
      .map(({x, y}) => `M${x * step - 2.5},${y * step}a2.5,2.5 0 1 0 5,0a2.5,2.5 0 1 0 -5,0Z`)
      .join("")
  };
  const title = `The street, and the taps of ${voiceTitle(data.voices[branch])}`;
  const panels = [
    {title, canvas: picture, marks: [taps, ring(pixel)]},
    ...maps.map((canvas, i) => ({title: voiceTitle(data.voices[i]), canvas}))
  ];
  const colors = themeColors(figure, [
    "--theme-background",
    "--theme-foreground",
    "--viz-tap",
    "--viz-field"
  ] as const);
  const words = [".viz-voices-key", "figcaption"].map((name) => part(figure, name).textContent);
  return panelSheet(
    [0, 2, 4].map((i) => panels.slice(i, i + 2)),
    {width: data.width, height: data.height, caption: words.join(" ")},
    colors
  );
}
