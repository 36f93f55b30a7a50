import {afterPaint} from "./afterPaint.ts";
import {icons} from "./icons.ts";
import {integerField, type IntegerField} from "./integerField.ts";
import {packColors, paintLabels, type LabelMap} from "./labelLayers.ts";
import type {LegendClass} from "./legend.ts";
import {panelSheet} from "./panelSheet.ts";
import {depthLines, lossBars, type DepthPoint} from "./rateDepthsChart.ts";
import {
  lossesOf,
  FARTHEST_SIDE,
  MOST_RATE,
  walkDepths,
  type DepthCounts,
  type DepthKind,
  type RateDepthsValue
} from "./rateDepthsData.ts";
import {depthStage, outlineThing, SIZE, type DepthScene} from "./rateDepthsStage.ts";
import {branchTitles, depthWords} from "./rateDepthsWords.ts";
import {pngBlob, saveAs} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {task} from "./task.ts";
import {themeColors} from "./themeColors.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

/** By how many points the task asks the 1×1 branch to matter. */
const AIM = 20;

export interface RateDepthsOptions extends DepthScene {
  classes: readonly LegendClass[];
  kinds: readonly DepthKind[];
  /** Is told that the value changed: a reading of it is wanted. */
  ask: (this: void) => void;
  /** Counts at each of *depths* in turn, telling each; resolves at the end, or once *signal* aborts. */
  walk: (
    this: void,
    value: RateDepthsValue,
    depths: readonly number[],
    tell: (point: DepthPoint) => void,
    signal: AbortSignal
  ) => Promise<void>;
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
  const id = uniqueId("depths");
  const root = document.createElement("figure");
  root.className = "viz viz-depths";
  root.innerHTML = `
    <div class="viz-depths-panes">
      <div><p><strong>Drag the thing</strong> nearer or farther</p>
        <div class="viz-depths-stage" tabindex="0" role="application"><canvas></canvas>
          <div class="viz-depths-box"></div></div></div>
      <div><p><strong>What the network labels</strong></p>
        <div class="viz-depths-stage viz-depths-seen" role="img">
          <canvas width="${SIZE.width}" height="${SIZE.height}"></canvas>
          <div class="viz-depths-box"></div></div></div>
    </div>
    <div class="viz-depths-controls">
      <div class="viz-depths-kind"><label for="${id}-kind">Thing</label>
        <select id="${id}-kind">${kinds.map(({kind, name}) => `<option value="${kind}">${name}</option>`).join("")}</select></div>
      <div class="viz-depths-depth"></div>
    </div>
    <div class="viz-depths-rates"></div>
    <p class="viz-depths-status" role="status"></p>
    <p class="viz-error" role="alert" hidden></p>
    <div class="viz-depths-below"><div class="viz-depths-now"></div>
      <div><p><strong>The same points over distance</strong>; dashed: % right with all branches</p>
        <div class="viz-depths-lines"></div></div></div>
    <figcaption></figcaption>
    <div class="viz-toolbar">
      <button type="button" data-do="walk">Walk it through all distances</button>
      <button type="button" data-do="reset">Reset</button>
      <button type="button" data-do="png" aria-label="Save PNG of the street and its labels">${icons.save}PNG</button>
      <button type="button" data-do="csv" aria-label="Save CSV of what was counted">${icons.save}CSV</button>
    </div>`;
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

  initial = check(initial);
  let value = initial;
  /** What was counted last, and of what. */
  let counted: {counts: DepthCounts; of: RateDepthsValue} | null = null;
  let points: DepthPoint[] = [];
  let walking: AbortController | null = null;
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

  function kindOf({kind}: RateDepthsValue): DepthKind {
    const found = kinds.find((one) => one.kind === kind);
    const legal = kinds.map((one) => one.kind).join(", ");
    if (found === undefined) throw new RangeError(`invalid kind: ${kind} (${legal})`);
    return found;
  }

  function check({r1, r2, r3, kind, x, depth}: RateDepthsValue): RateDepthsValue {
    for (const rate of [r1, r2, r3])
      if (!(Number.isInteger(rate) && rate >= 1 && rate <= MOST_RATE))
        throw new RangeError(`invalid rate: ${rate} (a whole number from 1 to ${MOST_RATE})`);
    const next = {r1, r2, r3, kind, x, depth};
    const [near, far] = kindOf(next).range;
    if (!(Number.isInteger(depth) && depth >= near && depth <= far))
      throw new RangeError(`invalid depth: ${depth} (whole meters from ${near} to ${far})`);
    if (!(Math.abs(x) <= FARTHEST_SIDE))
      throw new RangeError(`invalid x: ${x} (meters from −${FARTHEST_SIDE} to ${FARTHEST_SIDE})`);
    return next;
  }

  function fieldOfDepth(): IntegerField {
    const [near, far] = kindOf(value).range;
    const field = integerField("Distance, meters", value.depth, {
      min: near,
      max: far,
      reason: (depth) =>
        depth === near
          ? "Nearer, it would not fit the picture."
          : "Farther, too few pixels would be left of it."
    });
    field.addEventListener("input", () => choose({depth: field.value}));
    part(root, ".viz-depths-depth").replaceChildren(field);
    return field;
  }

  function choose(change: Partial<RateDepthsValue>): void {
    const next = check({...value, ...change});
    if (same(next, value)) return;
    turn(next);
    emitInput(root);
  }

  function turn(next: RateDepthsValue): void {
    const before = value;
    value = next;
    if (!same({...before, depth: 0}, {...next, depth: 0})) forgetWalk();
    select.value = value.kind;
    if (before.kind === value.kind) depthField.value = value.depth;
    else depthField = fieldOfDepth();
    rates.forEach((field, i) => (field.value = ratesOf(value)[i]));
    button("reset").disabled = same(value, initial);
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
    const how =
      lead > 0 ? `${lead.toFixed(0)} points more` : `${Math.abs(lead).toFixed(0)} points less`;
    challenge.update(
      lead >= AIM,
      `Here the 1×1 branch matters ${how} than the rate that does most.`
    );
  });

  const tellLines = afterPaint(() => {
    lines.show(points, kindOf(value).range);
    const told = points.map(({depth, counts}) => wordsOf(counts, {...value, depth}));
    lines.element.ariaLabel =
      told.length === 0
        ? "Points lost without each branch over distance: not walked yet."
        : `Points lost without each branch over distance. ${told.join(" ")}`;
  });

  function forgetWalk(): void {
    walking?.abort();
    walking = null;
    points = [];
    button("walk").textContent = "Walk it through all distances";
    tellLines();
  }

  async function startWalk(): Promise<void> {
    if (walking !== null) return forgetWalk();
    forgetWalk();
    const mine = (walking = new AbortController());
    const depths = walkDepths(kindOf(value).range);
    const face = button("walk");
    face.textContent = `Stop (0 of ${depths.length})`;
    try {
      await walk(
        value,
        depths,
        (point) => {
          if (mine.signal.aborted) return;
          points.push(point);
          face.textContent = `Stop (${points.length} of ${depths.length})`;
          tellLines();
        },
        mine.signal
      );
    } catch (error) {
      if (!mine.signal.aborted) say(`The walk ended: ${(error as Error).message}. Walk it again.`);
    }
    if (walking !== mine) return;
    walking = null;
    face.textContent = "Walk it through all distances";
  }

  function say(words: string | null): void {
    const place = part(root, ".viz-error");
    place.hidden = words === null;
    place.textContent = words ?? "";
  }

  select.addEventListener("change", () => {
    const [near, far] = kindOf({...value, kind: select.value}).range;
    choose({kind: select.value, depth: Math.min(far, Math.max(near, value.depth))});
  });
  button("walk").addEventListener("click", () => void startWalk());
  button("reset").addEventListener("click", () => {
    choose(initial);
    challenge.reset();
  });
  button("csv").addEventListener("click", () => {
    const rows = [
      ...points,
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
  tellLines();

  const view = asView<HTMLElement, RateDepthsValue>(root, {
    get: () => ({...value}),
    set: (next) => {
      const to = check(next);
      if (!same(to, value)) turn(to);
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
      root.ariaBusy = String(!same(of, value));
      tell();
    },
    renew() {
      forgetWalk();
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
      walking?.abort();
      street.close();
    }
  });
}

/** Returns the three rates of a value, in order. */
export function ratesOf({r1, r2, r3}: RateDepthsValue): [number, number, number] {
  return [r1, r2, r3];
}

function same(a: RateDepthsValue, b: RateDepthsValue): boolean {
  return (Object.keys(a) as (keyof RateDepthsValue)[]).every((key) => a[key] === b[key]);
}
