import {twoStepsSize} from "./twoStepsSchedule.ts";

/** The one step, or the two. */
export type Side = "one" | "two";

/** What a card of numbers is; narrow figures show the maps between again, below. */
export type Role = "input" | "kernel" | "between" | "again" | "mix" | "output";

/** A card of numbers: of one channel or map, which is its lane. */
export interface Card {
  readonly side: Side;
  readonly role: Role;
  readonly lane: number;
  readonly x: number;
  readonly y: number;
  readonly rows: number;
  readonly columns: number;
}

/** Where everything is, in pixels. */
export interface TwoStepsLayout {
  readonly width: number;
  readonly height: number;
  /** The size of a number's cell. */
  readonly cell: {readonly width: number; readonly height: number};
  /** How far the filters of a deck lie apart. */
  readonly deck: number;
  /** The title of a side: its left end and baseline, and its width. */
  readonly titles: Readonly<Record<Side, {x: number; y: number; width: number}>>;
  /** Whether what stands beside a title is below it. */
  readonly titleWraps: boolean;
  readonly cards: readonly Card[];
  /** The middle of a column of cards, and where the words above it begin. */
  readonly headings: readonly {side: Side; role: Role; x: number; y: number}[];
}

const {patch, map, kernel, channels} = twoStepsSize;

/** Free space: at the left, before and after kernels, before outputs, and between lanes. */
const roomy = {left: 18, times: 22, sum: 42, flat: 34, lane: 8, deck: 3};
const tight = {left: 16, times: 11, sum: 25, flat: 14, lane: 8, deck: 2};
/** From the top of a side to its lanes: title, bar and headings. */
const HEAD = 66;

type Gaps = typeof roomy;
const DECKS = 3;
const oneWidth = (gaps: Gaps) => gaps.left + gaps.times + DECKS * gaps.deck + gaps.sum;
const twoWidth = (gaps: Gaps) =>
  gaps.left + gaps.times + gaps.flat + gaps.times + DECKS * gaps.deck + gaps.sum;
const ONE_CELLS = patch + kernel + map;
const TWO_CELLS = patch + kernel + map + 1 + map;

/**
 * Returns the layout for a figure so wide: both sides beside each other, or below each other, or,
 * on a phone, the second of the two steps below the first as well.
 */
export function twoStepsLayout(width: number): TwoStepsLayout {
  const apart = 48;
  const fixed = oneWidth(roomy) + twoWidth(roomy) + apart;
  const beside = Math.floor((width - fixed) / (ONE_CELLS + TWO_CELLS));
  if (beside >= 26) return place(width, Math.min(beside, 32), 17, roomy, "beside");
  const below = Math.floor((width - twoWidth(roomy)) / TWO_CELLS);
  if (below >= 26) return place(width, Math.min(below, 34), 18, roomy, "below");
  const narrow = Math.floor((width - oneWidth(tight)) / ONE_CELLS);
  return place(width, Math.max(20, Math.min(narrow, 34)), 20, tight, "narrow");
}

function place(
  width: number,
  w: number,
  h: number,
  gaps: Gaps,
  form: "beside" | "below" | "narrow"
): TwoStepsLayout {
  const cards: Card[] = [];
  const headings: {side: Side; role: Role; x: number; y: number}[] = [];
  const tall = patch * h;
  const titleWraps = form === "narrow";
  const head = HEAD + (titleWraps ? 17 : 0);

  function column(
    {side, role, x, top}: {side: Side; role: Role; x: number; top: number},
    cells: number,
    high = tall
  ): number {
    headings.push({side, role, x: x + (cells * w) / 2, y: top - 20});
    for (let lane = 0; lane < channels; ++lane)
      cards.push({
        side,
        role,
        lane,
        x,
        y: top + lane * (high + gaps.lane) + (high - cells * h) / 2,
        rows: cells,
        columns: cells
      });
    return x + cells * w;
  }
  const lanes = channels * (tall + gaps.lane) - gaps.lane;
  const decks = DECKS * gaps.deck;

  const top1 = head;
  let x = column({side: "one", role: "input", x: gaps.left, top: top1}, patch);
  x = column({side: "one", role: "kernel", x: x + gaps.times, top: top1}, kernel);
  const end1 = column({side: "one", role: "output", x: x + decks + gaps.sum, top: top1}, map);

  const twoCells = TWO_CELLS * w + twoWidth(gaps);
  const left2 = form === "beside" ? width - twoCells : 0;
  const y2 = form === "beside" ? 0 : head + lanes + 34;
  const top2 = y2 + head;
  x = column({side: "two", role: "input", x: left2 + gaps.left, top: top2}, patch);
  x = column({side: "two", role: "kernel", x: x + gaps.times, top: top2}, kernel);
  x = column({side: "two", role: "between", x: x + gaps.flat, top: top2}, map);
  let bottom = top2 + lanes;
  let end2 = x;
  if (form === "narrow") {
    const high = map * h;
    const top3 = bottom + 52;
    bottom = top3 + channels * (high + gaps.lane) - gaps.lane;
    x = column({side: "two", role: "again", x: gaps.left, top: top3}, map, high);
    x = column({side: "two", role: "mix", x: x + 2 * gaps.times, top: top3}, 1, high);
    column({side: "two", role: "output", x: x + decks + 2 * gaps.sum, top: top3}, map, high);
  } else {
    x = column({side: "two", role: "mix", x: x + gaps.times, top: top2}, 1);
    end2 = column({side: "two", role: "output", x: x + decks + gaps.sum, top: top2}, map);
  }
  return {
    width,
    height: bottom + 8,
    cell: {width: w, height: h},
    deck: gaps.deck,
    titles: {
      one: {x: 0, y: 14, width: end1},
      two: {x: left2, y: y2 + 14, width: end2 - left2}
    },
    titleWraps,
    cards,
    headings
  };
}
