import {afterPaint} from "./afterPaint.ts";
import {depthsFrame} from "./rateDepthsFrame.ts";
import {integerField, type IntegerField} from "./integerField.ts";
import {packColors, paintLabels, type LabelMap} from "./labelLayers.ts";
import type {LegendClass} from "./legend.ts";
import {panelSheet} from "./panelSheet.ts";
import {depthLines, lossBars} from "./rateDepthsChart.ts";
import {
  lossesOf,
  checkDepths,
  kindIn,
  MOST_RATE,
  ratesOf,
  sameDepths,
  type DepthCounts,
  type DepthKind,
  type RateDepthsValue
} from "./rateDepthsData.ts";
import {depthStage, outlineThing, SIZE, type DepthScene} from "./rateDepthsStage.ts";
import {depthWalk, type Walk} from "./rateDepthsWalk.ts";
import {branchTitles, depthWords, leadWords} from "./rateDepthsWords.ts";
import {pngBlob, saveAs} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {task} from "./task.ts";
import {themeColors} from "./themeColors.ts";
import {asView, emitInput, keepControlEvents, part, type View} from "./view.ts";

/** By how many points the task asks the 1×1 branch to matter. */
const AIM = 20;

export interface RateDepthsOptions extends DepthScene {
  classes: readonly LegendClass[];
  kinds: readonly DepthKind[];
  /** Is told that the value changed: a reading of it is wanted. */
  ask: (this: void) => void;
  /** Counts at each depth of a walk in turn. */
  walk: Walk;
  /** What to start from, and what Reset goes back to. */
  value: RateDepthsValue;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

export interface RateDepths extends View<HTMLElement, RateDepthsValue> {
  /** Shows the labels of the street as *value* has it. */
  see(map: LabelMap, value: RateDepthsValue): void;
  /** Shows what was counted of *value*. */
  count(counts: DepthCounts, value: RateDepthsValue): void;
  /** Draws the street anew, where another one was put behind *draw*: what was counted is gone. */
  renew(): void;
  /** Says what the figure waits for; null: for nothing. What was shown stays. */
  wait(words: string | null): void;
  /** Says what went wrong, and what to do. */
  fail(words: string): void;
  close(): void;
}

/**
 * Returns a figure of three rates and a thing in a street: what the network labels as rates and
 * thing are moved, and how many of the thing's pixels each branch of ASPP saves, here and over
 * distance. Its **value** is the rates, the thing and its place; a change by the reader emits *input*.
 *
 * ```js
 * const figure = rateDepths({classes, kinds, draw, boxOf, placeAt, ask, walk, value});
 * figure.see(labels, value);
 * figure.count({pixels: 300, kept: 200, without: [200, 150, 190, 210, 200]}, value);
 * ```
 *
 * Throws a RangeError, on creation or on assigning, if the value is not legal.
 */
export function rateDepths({
  classes,
  kinds,
  draw,
  boxOf,
  placeAt,
  ask,
  walk,
  value: initial,
  save = saveAs
}: RateDepthsOptions): RateDepths {
  const root = document.createElement("figure");
  root.className = "viz viz-depths";
  root.innerHTML = depthsFrame(kinds);
  keepControlEvents(root);
  const button = (name: string) => part<HTMLButtonElement>(root, `[data-do=${name}]`);
  const [stage, seen] = [...root.querySelectorAll<HTMLElement>(".viz-depths-stage")];
  const picture = part<HTMLCanvasElement>(stage, "canvas");
  const canvas = part<HTMLCanvasElement>(seen, "canvas");
  const select = part<HTMLSelectElement>(root, "select");
  const colors = packColors(classes.map(({color}) => color));
  const bars = lossBars();
  const lines = depthLines();
  const challenge = task(
    `Find a thing and a place where the 1×1 branch matters more than any rate, by ${AIM} points or more.`
  );
  part(root, ".viz-depths-now").append(bars.element);
  part(root, ".viz-depths-lines").append(lines.element);
  root.append(challenge.element);
  steadyHeight(part(root, "figcaption"));

  const check = (next: RateDepthsValue) => checkDepths(kinds, next);
  const kindOf = ({kind}: RateDepthsValue) => kindIn(kinds, kind);

  initial = check(initial);
  let value = initial;
  /** What was counted last, and of what. */
  let counted: {counts: DepthCounts; of: RateDepthsValue} | null = null;
  const street = depthStage(stage, {
    ...{draw, boxOf, placeAt, choose},
    value: () => value,
    range: () => kindOf(value).range
  });

  const rates = ["First", "Second", "Third"].map((nth, i) => {
    const field = integerField(`${nth} rate`, ratesOf(value)[i], {
      min: 1,
      max: MOST_RATE,
      reason: (rate) =>
        rate === 1
          ? "An ordinary convolution: there is no lower rate."
          : "From 17 on, only the middle tap hits the 17×13 map: more changes nothing."
    });
    field.addEventListener("input", () => choose({[`r${i + 1}`]: field.value}));
    part(root, ".viz-depths-rates").append(field);
    return field;
  });
  let depthField = fieldOfDepth();
  const walker = depthWalk(button("walk"), lines, {
    ...{walk, say, wordsOf},
    value: () => value,
    range: () => kindOf(value).range
  });

  function fieldOfDepth(): IntegerField {
    const [near, far] = kindOf(value).range;
    const field = integerField("Distance, meters", value.depth, {
      min: near,
      max: far,
      reason: (depth) =>
        depth === near
          ? "No nearer: parts of it would be too close to be drawn."
          : "No farther: it would be too small."
    });
    field.addEventListener("input", () => choose({depth: field.value}));
    part(root, ".viz-depths-depth").replaceChildren(field);
    return field;
  }

  function choose(change: Partial<RateDepthsValue>): void {
    const next = check({...value, ...change});
    if (sameDepths(next, value)) return;
    turn(next);
    emitInput(root);
  }

  function turn(next: RateDepthsValue): void {
    const before = value;
    value = next;
    if (!sameDepths({...before, depth: 0}, {...next, depth: 0})) walker.forget();
    select.value = value.kind;
    if (before.kind === value.kind) depthField.value = value.depth;
    else depthField = fieldOfDepth();
    rates.forEach((field, i) => (field.value = ratesOf(value)[i]));
    button("reset").disabled = sameDepths(value, initial);
    lines.mark(value.depth, kindOf(value).range);
    street.draw();
    root.ariaBusy = "true";
    ask();
  }

  function wordsOf(counts: DepthCounts, of: RateDepthsValue): string {
    const {name, label} = kindOf(of);
    return depthWords(name.toLowerCase(), label, of.depth, counts, branchTitles(ratesOf(of)));
  }

  const tell = afterPaint(() => {
    stage.ariaLabel = `The street with a ${kindOf(value).name.toLowerCase()} ${value.depth} meters away. Arrow keys up and down move it farther and nearer, left and right sideways.`;
    bars.show(branchTitles(ratesOf(counted?.of ?? value)), counted?.counts ?? null);
    if (counted === null) return challenge.update(false, "Waiting for the network.");
    const words = wordsOf(counted.counts, counted.of);
    part(root, "figcaption").textContent =
      `${words} Its pixels are those that get its class only because it stands there.`;
    seen.ariaLabel = `What the network labels. ${words}`;
    const losses = lossesOf(counted.counts);
    if (losses === null) return challenge.update(false, "Nothing of it is to be seen here.");
    const lead = losses[1] - Math.max(...losses.slice(2));
    challenge.update(lead >= AIM, leadWords(lead));
  });

  function say(words: string | null): void {
    const place = part(root, ".viz-error");
    place.hidden = words === null;
    place.textContent = words ?? "";
  }

  select.addEventListener("change", () => {
    const [near, far] = kindOf({...value, kind: select.value}).range;
    choose({kind: select.value, depth: Math.min(far, Math.max(near, value.depth))});
  });
  button("reset").addEventListener("click", () => {
    choose(initial);
    challenge.reset();
  });
  button("csv").addEventListener("click", () => {
    const rows = [
      ...walker.points,
      ...(counted ? [{depth: counted.of.depth, counts: counted.counts}] : [])
    ].map(({depth, counts: {pixels, kept, without}}) =>
      [depth, pixels, kept, ...without].join(",")
    );
    const titles = branchTitles(ratesOf(value)).map((title) => `right without ${title}`);
    const head = ["meters", "pixels", "right with all", ...titles].join(",");
    save(new Blob([`${[head, ...rows].join("\n")}\n`], {type: "text/csv"}), "rates.csv");
  });
  button("png").addEventListener("click", () => {
    const names = ["--theme-background", "--theme-foreground", "--viz-tap", "--viz-field"] as const;
    const caption = part(root, "figcaption").textContent ?? "";
    const columns = [
      [{title: "The street", canvas: picture}],
      [{title: "What the network labels", canvas}]
    ];
    pngBlob(panelSheet(columns, {...SIZE, caption}, themeColors(root, names))).then(
      (file) => save(file, "rates.png"),
      (error: unknown) => say(`The picture was not saved: ${(error as Error).message}.`)
    );
  });

  select.value = value.kind;
  button("reset").disabled = true;
  root.ariaBusy = "true";
  lines.mark(value.depth, kindOf(value).range);
  street.draw();
  tell();

  const view = asView<HTMLElement, RateDepthsValue>(root, {
    get: () => ({...value}),
    set: (next) => {
      const to = check(next);
      if (!sameDepths(to, value)) turn(to);
    }
  });
  return Object.assign(view, {
    see(map: LabelMap, of: RateDepthsValue) {
      canvas.getContext("2d")?.putImageData(
        paintLabels(map, (label) => colors[label] ?? 0),
        0,
        0
      );
      outlineThing(seen, boxOf(of, SIZE));
      say(null);
    },
    count(counts: DepthCounts, of: RateDepthsValue) {
      counted = {counts, of};
      root.ariaBusy = String(!sameDepths(of, value));
      tell();
    },
    renew() {
      walker.forget();
      root.ariaBusy = "true";
      challenge.reset();
      street.draw();
    },
    wait(words: string | null) {
      part(root, ".viz-depths-status").textContent = words ?? "";
    },
    fail(words: string) {
      root.ariaBusy = "false";
      part(root, ".viz-depths-status").textContent = "";
      say(words);
    },
    close() {
      walker.close();
      street.close();
    }
  });
}
