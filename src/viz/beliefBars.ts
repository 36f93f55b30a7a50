import {beliefParts, LAST, topLabels, type BeliefParts, type Frame} from "./iterationsData.ts";
import {beliefText, nats} from "./iterationsWords.ts";
import type {LegendClass} from "./legend.ts";
import {themeColors} from "./themeColors.ts";
import {part} from "./view.ts";

/** What bars are drawn of: a pixel at one of the iterations of a run. */
export interface BarsSubject {
  readonly frames: readonly (Frame | null)[];
  readonly iteration: number;
  readonly pixel: number;
}

export interface BeliefBars {
  readonly element: HTMLElement;
  /** Draws at once. */
  show(subject: BarsSubject): void;
  /** Takes on the page's colors, light or dark. */
  recolor(): void;
  /** Says in words what the bars show. */
  describe(words: string): void;
}

/** How many labels have bars. */
export const BARS = 5;

/** The height of the axis below the rows, in CSS pixels. */
const AXIS = 20;
/** The gap between the two halves; the share of the left one. */
const [GAP, LEFT] = [20, 0.66];
/** The width from which a label's name and its sum stand in one line. */
const WIDE = 480;
/** The least score: −log of the least probability that counts, 1e-5. */
const LEAST = -11.6;

const colorNames = [
  "--theme-background",
  "--theme-foreground",
  "--viz-muted",
  "--viz-line",
  "--viz-control",
  "--viz-field",
  "--viz-tap",
  "--viz-depthwise"
] as const;
type Colors = Record<(typeof colorNames)[number], string>;

/**
 * Returns bars of how a pixel's beliefs come about, on a canvas: for the labels that it believes in
 * most in any iteration, −unary, smoothness and appearance one from the end of the other, the score
 * where they end, and the belief at every iteration, with the one shown in full.
 */
export function beliefBars(classes: readonly LegendClass[]): BeliefBars {
  const element = document.createElement("div");
  element.className = "viz-iter-bars";
  element.innerHTML = `<canvas role="img"></canvas>`;
  const canvas = part<HTMLCanvasElement>(element, "canvas");
  // Each setting of a font on a canvas of the page computes the page's style; away from it, none.
  const sheet = new OffscreenCanvas(1, 1);
  let width = 0;
  let font = "";
  let colors: Colors | null = null;
  let subject: BarsSubject | null = null;

  new ResizeObserver(([{contentRect}]) => {
    width = contentRect.width;
    const {row} = rowOf(width);
    element.style.height = `${BARS * row + AXIS}px`;
    draw();
  }).observe(element);

  function draw(): void {
    const [shown, context] = [canvas.getContext("2d"), sheet.getContext("2d")];
    if (subject === null || !shown || !context || width === 0) return;
    const {frames, iteration, pixel} = subject;
    const frame = frames[iteration];
    if (!frame) return;
    colors ??= themeColors(element, colorNames);
    font ||= getComputedStyle(element).fontFamily;
    const by = devicePixelRatio;
    const height = BARS * rowOf(width).row + AXIS;
    const size = {width: Math.round(width * by), height: Math.round(height * by)};
    for (const one of [canvas, sheet])
      if (one.width !== size.width || one.height !== size.height) Object.assign(one, size);
    context.setTransform(by, 0, 0, by, 0, 0);
    context.clearRect(0, 0, width, height);

    // Of one run: those of another are not beside it.
    const first = frame.first ?? frame;
    const run = frames.map((one) => ((one?.first ?? one) === first ? one : null));
    const known = run.filter((one) => one !== null);
    const labels = topLabels(known, pixel, BARS);
    const {smoothness, appearance} = frame.settings;
    const most = Math.max(
      smoothness.weight + appearance.weight,
      ...known.flatMap((one) => beliefParts(one, pixel).map(({score}) => score)),
      1
    );
    const left = Math.round(width * LEFT) - GAP;
    const x = (value: number) => (left * (value - LEAST)) / (most - LEAST);
    const parts = beliefParts(frame, pixel);
    const paper = {context, width, left, x, most, colors, font};
    drawAxis(paper);
    labels.forEach((label, row) => {
      const top = row * rowOf(width).row;
      drawParts(paper, top, parts[label], classes[label]);
      const beliefs = run.map((one) => one?.Q[pixel * classes.length + label] ?? null);
      drawBeliefs(paper, top, beliefs, iteration);
    });
    shown.clearRect(0, 0, size.width, size.height);
    shown.drawImage(sheet, 0, 0);
  }

  return {
    element,
    show(next) {
      subject = next;
      draw();
    },
    recolor() {
      colors = null;
      draw();
    },
    describe: (words) => canvas.setAttribute("aria-label", words)
  };
}

/** Returns the height of a label's row, of the text above its bars, and of a bar, in CSS pixels. */
function rowOf(width: number): {row: number; text: number; lane: number} {
  return width < WIDE ? {row: 64, text: 33, lane: 7} : {row: 58, text: 19, lane: 9};
}

/** What bars are drawn on: *left* pixels of it are an axis of scores, from {@link LEAST} to *most*. */
interface Paper {
  readonly context: OffscreenCanvasRenderingContext2D;
  readonly width: number;
  readonly left: number;
  readonly x: (score: number) => number;
  readonly most: number;
  readonly colors: Colors;
  readonly font: string;
}

function drawAxis({context, width, left, x, most, colors, font}: Paper): void {
  const {row, text} = rowOf(width);
  const y = BARS * row + 13;
  const step = [2, 5, 10, 20, 50].find((one) => (most - LEAST) / one <= 6) ?? 100;
  context.font = `12px ${font}`;
  for (let tick = step * Math.ceil(LEAST / step); tick <= most; tick += step) {
    context.fillStyle = colors[tick === 0 ? "--viz-control" : "--viz-line"];
    for (let i = 0; i < BARS; i++)
      context.fillRect(Math.round(x(tick)), i * row + text, 1, row - text - 2);
    const words = tick === 0 ? "0 nats" : String(tick).replace("-", "−");
    const half = context.measureText(words).width / 2;
    context.fillStyle = colors["--viz-muted"];
    context.textAlign = "center";
    if (x(tick) >= half && x(tick) + half <= left + GAP / 2) context.fillText(words, x(tick), y);
  }
  context.textAlign = "left";
  context.fillText("0", left + GAP, y);
  context.textAlign = "right";
  context.fillText(String(LAST), width, y);
  context.textAlign = "center";
  context.fillText("iteration", (left + GAP + width) / 2, y);
}

/** One lane a part, each from where the one before it ends; a mark where the last one ends. */
function drawParts(
  {context, width, left, x, colors, font}: Paper,
  top: number,
  {unary, smoothness, appearance, score}: BeliefParts,
  {name, color}: LegendClass
): void {
  const terms = [
    [-unary, "--viz-muted"],
    [smoothness, "--viz-depthwise"],
    [appearance, "--viz-tap"]
  ] as const;
  const {text, lane} = rowOf(width);
  context.fillStyle = color;
  context.fillRect(0, top + 3, 10, 10);
  context.textAlign = "left";
  context.fillStyle = colors["--theme-foreground"];
  context.font = `600 13px ${font}`;
  context.fillText(name, 16, top + 12);

  context.textAlign = "right";
  let at = left;
  const write = (words: string, color: keyof Colors, weight = "") => {
    context.font = `${weight}12px ${font}`;
    context.fillStyle = colors[color];
    context.fillText(words, at, top + text - 5);
    at -= context.measureText(words).width;
  };
  write(` ${nats(score)}`, "--theme-foreground", "600 ");
  write(" =", "--viz-muted");
  for (const [i, [value, color]] of [...terms.entries()].reverse()) {
    write(i > 0 ? ` ${nats(value)}` : nats(value), color);
    if (i > 0) write(" +", "--viz-muted");
  }

  let from = 0;
  terms.forEach(([value, color], i) => {
    const to = from + value;
    const low = x(Math.min(from, to));
    context.fillStyle = colors[color];
    context.fillRect(
      low,
      top + text + 1 + i * (lane + 1),
      Math.max(1, Math.abs(x(to) - x(from))),
      lane
    );
    from = to;
  });
  context.fillStyle = colors["--theme-foreground"];
  context.fillRect(x(score) - 1, top + text - 1, 2, 3 * (lane + 1) + 3);
}

/** The belief in a label at every iteration that is there. */
function drawBeliefs(
  {context, width, left, colors, font}: Paper,
  top: number,
  beliefs: readonly (number | null)[],
  iteration: number
): void {
  const {row, text} = rowOf(width);
  const from = left + GAP;
  const pitch = (width - from) / beliefs.length;
  const [floor, height] = [top + row - 5, row - text - 6];
  beliefs.forEach((belief, t) => {
    if (belief === null) return;
    const x = from + t * pitch;
    context.globalAlpha = t === iteration ? 1 : 0.35;
    context.fillStyle = colors["--viz-field"];
    context.fillRect(x + 1, floor - belief * height, Math.max(1, pitch - 2), belief * height);
    context.globalAlpha = 1;
    if (t !== iteration) return;
    context.font = `600 12px ${font}`;
    context.fillStyle = colors["--theme-foreground"];
    context.textAlign = "right";
    const words = beliefText(belief);
    context.fillText(/^[<>]/.test(words) ? `Q ${words}` : `Q = ${words}`, width, top + 12);
    context.fillRect(x + 1, floor + 1, Math.max(1, pitch - 2), 2);
  });
  context.fillStyle = colors["--viz-line"];
  context.fillRect(from, floor, width - from, 1);
}
