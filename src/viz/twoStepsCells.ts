import type {Card, Role, TwoStepsLayout} from "./twoStepsLayout.ts";
import {onThemeChange, themeColors} from "./themeColors.ts";

/** A block of a filter, behind the cells. */
export interface Block {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a cell shows: its number in words, "" for none, and how strongly it is tinted. */
export interface CellShown {
  readonly text: string;
  readonly tint: Tint | null;
  /** In [0, 1]. */
  readonly opacity: number;
}

export type Tint = "control" | "tap" | "positive" | "negative";

/** The numbers of the figure, and the blocks they lie on, painted on a canvas: see {@link cellSheet}. */
export interface CellSheet {
  readonly element: HTMLCanvasElement;
  /** Takes a layout; nothing is painted before the next {@link show}. */
  resize(layout: TwoStepsLayout): void;
  /** Paints blocks, and one cell after another of one card after another, unless that is there. */
  show(blocks: readonly Block[], cells: readonly CellShown[]): void;
  /** Returns what is shown as SVG, in the colors it has. */
  markup(): string;
}

const names = {
  background: "--theme-background",
  foreground: "--theme-foreground",
  line: "--viz-line",
  control: "--viz-control",
  tap: "--viz-tap",
  positive: "--viz-positive",
  negative: "--viz-negative"
} as const;

type Colors = Record<keyof typeof names, string>;

/** How much of a block is its color, the rest the page's. */
const BLOCK = 0.12;

/** Returns the color that numbers above or below zero are tinted with on a card. */
export function tintOf(role: Role, number: number): Tint {
  if (role === "input") return "control";
  if (role === "kernel" || role === "mix") return "tap";
  return number < 0 ? "negative" : "positive";
}

/**
 * Returns a canvas for the numbers of the figure. Nearly four hundred of them change many at a time,
 * which as SVG texts takes longer than a frame: the browser lays each of them out.
 */
export function cellSheet(): CellSheet {
  const element = document.createElement("canvas");
  element.className = "viz-ts-sheet";
  element.setAttribute("aria-hidden", "true");
  const context = element.getContext("2d");
  let layout: TwoStepsLayout | null = null;
  let blocks: readonly Block[] = [];
  let cells: readonly CellShown[] = [];
  let colors: Colors | null = null;
  let font = "";

  /** Reads what depends on the page; a canvas that is not in it shows nothing that anyone sees. */
  function readTheme(): Colors | null {
    if (!element.isConnected) return null;
    const found = themeColors(element.parentElement ?? element, Object.values(names));
    const {fontFamily, fontSize} = getComputedStyle(element);
    font = `${fontSize} ${fontFamily}`;
    return Object.fromEntries(
      Object.entries(names).map(([key, name]) => [key, found[name]])
    ) as Colors;
  }

  const watched = new AbortController();
  onThemeChange(() => {
    if (colors !== null && !element.isConnected) watched.abort(); // it has left the page
    colors = null;
    paint();
  }, watched.signal);

  /** Calls *each* with every cell's place and what it shows. */
  function eachCell(each: (x: number, y: number, card: Card, cell: CellShown) => void): void {
    if (layout === null) return;
    const {width, height} = layout.cell;
    let i = 0;
    for (const card of layout.cards)
      for (let row = 0; row < card.rows; ++row)
        for (let column = 0; column < card.columns; ++column, ++i)
          if (i < cells.length)
            each(card.x + column * width, card.y + row * height, card, cells[i]);
  }

  function paint(): void {
    if (layout === null || context === null) return;
    colors ??= readTheme();
    if (colors === null) return;
    const {background, foreground, line, tap} = colors;
    const tints = colors;
    const {cell, width, height} = layout;
    context.clearRect(0, 0, width, height);
    context.lineWidth = 1;
    context.strokeStyle = tap;
    for (const block of blocks) {
      context.beginPath();
      context.roundRect(block.x, block.y, block.width, block.height, 4);
      for (const [color, alpha] of [[background, 1] as const, [tap, BLOCK] as const]) {
        context.fillStyle = color;
        context.globalAlpha = alpha;
        context.fill();
      }
      context.globalAlpha = 1;
      context.stroke();
    }
    eachCell((x, y, _, {tint, opacity}) => {
      if (tint === null) return;
      context.fillStyle = tints[tint];
      context.globalAlpha = opacity;
      context.fillRect(x, y, cell.width, cell.height);
    });
    context.globalAlpha = 1;
    context.strokeStyle = line;
    context.lineWidth = 0.5;
    context.beginPath();
    eachCell((x, y) => context.rect(x, y, cell.width, cell.height));
    context.stroke();
    context.fillStyle = foreground;
    context.font = font;
    context.textAlign = "center";
    context.textBaseline = "middle";
    eachCell((x, y, _, {text}) => {
      if (text !== "") context.fillText(text, x + cell.width / 2, y + cell.height / 2 + 0.5);
    });
  }

  return {
    element,
    resize(next) {
      layout = next;
      cells = [];
      const {width, height} = next;
      const density = Math.min(3, devicePixelRatio);
      element.width = Math.round(width * density);
      element.height = Math.round(height * density);
      element.style.width = `${width}px`;
      element.style.height = `${height}px`;
      context?.setTransform(density, 0, 0, density, 0, 0);
      colors = null;
    },
    show(nextBlocks, nextCells) {
      const known =
        colors !== null &&
        sameList(nextBlocks, blocks, sameBlock) &&
        sameList(nextCells, cells, sameCell);
      blocks = nextBlocks;
      cells = nextCells;
      if (!known) paint();
    },
    markup() {
      if (layout === null || colors === null) return "";
      const tints = colors;
      const {width, height} = layout.cell;
      const under = blocks.flatMap((block) => {
        const place = `x="${block.x}" y="${block.y}" width="${block.width}" height="${block.height}" rx="4"`;
        return [
          `<rect ${place} fill="${tints.background}"/>`,
          `<rect ${place} fill="${tints.tap}" fill-opacity="${BLOCK}" stroke="${tints.tap}"/>`
        ];
      });
      const over: string[] = [];
      eachCell((x, y, {side, role, lane}, {text, tint, opacity}) => {
        over.push(
          `<g data-cell="${side} ${role} ${lane}"><rect x="${x}" y="${y}" width="${width}"
            height="${height}" fill="${tint === null ? "none" : tints[tint]}"
            fill-opacity="${opacity.toFixed(2)}" stroke="${tints.line}" stroke-width="0.5"/><text
            x="${x + width / 2}" y="${y + height / 2}" dy="0.35em" text-anchor="middle">${text}</text></g>`
        );
      });
      return under.join("") + over.join("");
    }
  };
}

function sameList<T>(a: readonly T[], b: readonly T[], same: (a: T, b: T) => boolean): boolean {
  return a.length === b.length && a.every((one, i) => same(one, b[i]));
}

function sameBlock(a: Block, b: Block): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

function sameCell(a: CellShown, b: CellShown): boolean {
  return a.text === b.text && a.tint === b.tint && a.opacity === b.opacity;
}
