import {iouChanges, OWN, type PoolingReading} from "./imagePoolingData.ts";
import {panelSheet} from "./panelSheet.ts";
import {themeColors} from "./themeColors.ts";
import {part} from "./view.ts";

/** Returns the figure's three maps and its words as one picture. */
export function poolingSheet(
  figure: HTMLElement,
  {
    own,
    other,
    shift,
    title
  }: {own: HTMLCanvasElement; other: HTMLCanvasElement; shift: HTMLCanvasElement; title: string}
): HTMLCanvasElement {
  const columns = [
    [{title: "With its own image pooling", canvas: own}],
    [{title, canvas: other}],
    [{title: "Where its probabilities move, 0 to 100 %", canvas: shift}]
  ];
  const colors = themeColors(figure, [
    "--theme-background",
    "--theme-foreground",
    "--viz-tap",
    "--viz-field"
  ] as const);
  const words = ["figcaption", ".viz-pooling-compared"].map(
    (name) => part(figure, name).textContent
  );
  return panelSheet(columns, {width: 257, height: 193, caption: words.join(" ")}, colors);
}

/** Returns the IoU of each class, and each number of the vectors, with the own vector and another. */
export function poolingCsv(
  own: PoolingReading,
  other: PoolingReading,
  from: string,
  names: readonly string[]
): Blob {
  const rows = iouChanges(own, other).map(({label, before, change}) =>
    ["IoU", names[label], before, before + change].join(",")
  );
  const channels = Array.from(own.pooled, (one, i) =>
    ["pooled", i, one, other.pooled[i]].join(",")
  );
  const head = `what,which,own,${from === OWN ? "own again" : from}`;
  return new Blob([`${[head, ...rows, ...channels].join("\n")}\n`], {type: "text/csv"});
}
