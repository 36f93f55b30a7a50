import type {Block} from "./twoStepsCells.ts";
import type {Cell} from "./twoStepsShown.ts";
import type {Card, Role, Side, TwoStepsLayout} from "./twoStepsLayout.ts";
import {twoStepsSize} from "./twoStepsSchedule.ts";

const {channels} = twoStepsSize;

/** Returns what is drawn about the cards of a layout: blocks, and, as markup, windows, ways, rings. */
export function twoStepsMarks(layout: TwoStepsLayout) {
  function card(side: Side, role: Role, lane: number): Card | undefined {
    return layout.cards.find((one) => one.side === side && one.role === role && one.lane === lane);
  }

  /** Narrow figures mix from the maps shown again. */
  const mixed = (): Role => (card("two", "again", 0) ? "again" : "between");

  const right = ({x, columns}: Card) => x + columns * layout.cell.width;
  const bottom = ({y, rows}: Card) => y + rows * layout.cell.height;
  const middle = (one: Card) => (one.y + bottom(one)) / 2;
  const rowMiddle = (one: Card, row: number) => one.y + (row + 0.5) * layout.cell.height;

  /** The multiplication signs, and the lanes' names. */
  function signs(side: Side): string {
    const pairs: [Role, Role][] = [["input", "kernel"]];
    if (side === "two") pairs.push([mixed(), "mix"]);
    const times = pairs.flatMap(([from, to]) =>
      Array.from({length: channels}, (_, lane) => {
        const [a, b] = [card(side, from, lane)!, card(side, to, lane)!];
        const x = (right(a) + b.x) / 2;
        return `<text x="${x}" y="${middle(b)}">×</text>`;
      })
    );
    const lanes = layout.cards
      .filter((one) => one.side === side && (one.role === "input" || one.role === "again"))
      .map((one) => {
        const [x, y] = [one.x - 9, middle(one)];
        return `<text class="viz-ts-lane" data-lane="${one.lane}" data-of="${one.role}" x="${x}" y="${y}"
          transform="rotate(-90 ${x} ${y})"></text>`;
      });
    return times.join("") + lanes.join("");
  }

  /** Filters, as blocks about their cards: one for all the lanes of a group, with the others behind. */
  function blocks(side: Side, role: Role, groups: number, deep: number): Block[] {
    const per = channels / groups;
    return Array.from({length: groups}, (_, g) => {
      const [first, last] = [card(side, role, g * per)!, card(side, role, (g + 1) * per - 1)!];
      const width = right(first) - first.x + 8;
      const height = bottom(last) - first.y + 8;
      return Array.from({length: deep}, (_, i) => {
        const by = (deep - 1 - i) * layout.deck;
        return {x: first.x - 4 + by, y: first.y - 4 - by, width, height};
      });
    }).flat();
  }

  /** Windows of *size* cells at the first place of the lanes' cards, joined within each group. */
  function windows(side: Side, role: Role, size: number, lanes: readonly number[], groups: number) {
    const [w, h] = [size * layout.cell.width, size * layout.cell.height];
    let edges = "";
    const rects = lanes.map((lane) => {
      const {x, y} = card(side, role, lane)!;
      const next = lane + 1;
      const per = channels / groups;
      if (lanes.includes(next) && Math.floor(lane / per) === Math.floor(next / per)) {
        const below = card(side, role, next)!.y;
        edges += `M${x},${y + h}V${below}M${x + w},${y + h}V${below}`;
      }
      return `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="2"/>`;
    });
    return `<path d="${edges}"/>${rects.join("")}`;
  }

  function curve(from: readonly [number, number], to: readonly [number, number]): string {
    const bend = (to[0] - from[0]) * 0.55;
    return `M${from}C${from[0] + bend},${from[1]} ${to[0] - bend},${to[1]} ${to}`;
  }

  /** Ways from the cards of lanes to one place of a card, where they are added up. */
  function sum(cards: readonly Card[], to: Card, row: number): {links: string; plus: string} {
    const x = to.x - (cards.length > 1 ? 10 : 3);
    const y = rowMiddle(to, row);
    const links = cards.map((one) => curve([right(one) + 4, middle(one)], [x, y])).join("");
    const plus =
      cards.length > 1
        ? `<circle cx="${x}" cy="${y}" r="7"/><path d="M${x - 3.5},${y}h7M${x},${y - 3.5}v7"/>`
        : "";
    return {links, plus};
  }

  function ring({side, role, lane, row, column}: Cell): string {
    const {x, y} = card(side, role, lane)!;
    const {width, height} = layout.cell;
    return `<rect class="viz-ts-ring" x="${x + column * width}" y="${y + row * height}"
      width="${width}" height="${height}" rx="2"/>`;
  }

  function centerOf({side, role, lane, row, column}: Cell): readonly [number, number] {
    const {x, y} = card(side, role, lane)!;
    return [x + (column + 0.5) * layout.cell.width, y + (row + 0.5) * layout.cell.height];
  }

  return {card, mixed, signs, blocks, windows, sum, ring, centerOf};
}
