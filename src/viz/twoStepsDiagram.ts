import {
  twoStepsLayout,
  type Card,
  type Role,
  type Side,
  type TwoStepsLayout
} from "./twoStepsLayout.ts";
import {twoStepsMarks} from "./twoStepsMarks.ts";
import {oneStepCost, twoStepsCost, twoStepsSize} from "./twoStepsSchedule.ts";
import {cellText} from "./twoStepsWords.ts";

/** One number of the figure. */
export interface Cell {
  readonly side: Side;
  readonly role: Role;
  readonly lane: number;
  readonly row: number;
  readonly column: number;
}

/** What the diagram shows. */
export interface TwoStepsShown {
  /** The number of a cell, or null where none has been made. */
  value(this: void, cell: Cell): number | null;
  /** The number that a card's tints end at. */
  limit(this: void, side: Side, role: Role): number;
  names: readonly string[];
  /** At work on the left: the filter of each group, in which lanes, at which place. */
  one: {groups: number; filters: readonly number[]; lanes: readonly number[]; place: number};
  /** At work on the right; *mixing* in the second step, by *filter*. */
  two: {lanes: readonly number[]; place: number; mixing: boolean; filter: number};
  /** The multiply-adds done. */
  done: Readonly<Record<Side, number>>;
  titles: Readonly<Record<Side, {title: string; beside: string}>>;
  /** Two lines above each column of cards. */
  heading(this: void, side: Side, role: Role): readonly [string, string];
  /** The number that the reader looks at, if any. */
  inspected: Cell | null;
}

export interface TwoStepsDiagram {
  readonly element: SVGSVGElement;
  /** The part of the element that takes the keys of a side. */
  readonly sides: Readonly<Record<Side, SVGGElement>>;
  readonly cells: readonly Cell[];
  /** Lays out anew for a width, in pixels, if that changes anything, and says whether it did. */
  resize(width: number): boolean;
  show(shown: TwoStepsShown): void;
  /** Returns the cell that an event is on. */
  cellAt(event: Event): Cell | null;
  /** Returns the nearest cell of the same side in a direction, or the cell itself. */
  beside(cell: Cell, dx: number, dy: number): Cell;
}

const {channels, filters: allFilters} = twoStepsSize;
const sides = ["one", "two"] as const;
const names = {one: "One step", two: "Two steps"} as const;

/** Returns the drawing of both sides: cards of numbers, and what is at work on them. */
export function twoStepsDiagram(): TwoStepsDiagram {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "viz-two-steps-svg");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", "One step and two steps, as cards of numbers");
  svg.innerHTML = sides
    .map(
      (side) => `<g class="viz-ts-side" data-side="${side}" tabindex="0" role="application"
        aria-roledescription="numbers to read" aria-label="${names[side]}"></g>`
    )
    .join("");
  const groupOf = (side: Side) => svg.querySelector<SVGGElement>(`[data-side=${side}]`)!;
  let layout: TwoStepsLayout = twoStepsLayout(0);
  let cells: Cell[] = [];
  let drawn: {rect: SVGRectElement; text: SVGTextElement}[] = [];

  let marks = twoStepsMarks(layout);
  const written = new Map<Element, string>();

  /** Writes *markup* into an element, unless that is what it holds. */
  function fill(element: Element, markup: string): void {
    if (written.get(element) === markup) return;
    written.set(element, markup);
    element.innerHTML = markup;
  }

  function build(): void {
    const {width, height, cell} = layout;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("width", String(width));
    svg.setAttribute("height", String(height));
    cells = [];
    written.clear();
    for (const side of sides) {
      const cards = layout.cards.filter((one) => one.side === side);
      const numbers = cards.map(({role, lane, x, y, rows, columns}) => {
        const inside = Array.from({length: rows * columns}, (_, i) => {
          const [row, column] = [Math.floor(i / columns), i % columns];
          cells.push({side, role, lane, row, column});
          const [left, top] = [x + column * cell.width, y + row * cell.height];
          return `<g class="viz-ts-cell" data-cell="${cells.length - 1}"><rect x="${left}"
            y="${top}" width="${cell.width}" height="${cell.height}"/><text
            x="${left + cell.width / 2}" y="${top + cell.height / 2}"></text></g>`;
        });
        const frame = `<rect class="viz-ts-frame" x="${x}" y="${y}"
          width="${columns * cell.width}" height="${rows * cell.height}"/>`;
        return `<g data-card="${role}">${inside.join("")}${frame}</g>`;
      });
      groupOf(side).innerHTML = `<g aria-hidden="true">${head(side)}
        <g data-part="blocks"></g>${numbers.join("")}<g class="viz-ts-signs">${marks.signs(side)}</g>
        <path class="viz-ts-links" data-part="links"/><g data-part="sums"></g>
        <g class="viz-ts-sweep" data-part="windows"></g><g class="viz-ts-sweep" data-part="pillar"></g>
        <g data-part="rings"></g></g>`;
    }
    drawn = [...svg.querySelectorAll(".viz-ts-cell")].map(({children: [rect, text]}) => ({
      rect: rect as SVGRectElement,
      text: text as SVGTextElement
    }));
  }

  function head(side: Side): string {
    const {x, y, width} = layout.titles[side];
    const [bx, by] = layout.titleWraps ? [x, y + 17] : [x + width, y];
    const bar = by + 8;
    return `<text class="viz-ts-title" x="${x}" y="${y}"></text>
      <text class="viz-ts-beside" x="${bx}" y="${by}"
        text-anchor="${layout.titleWraps ? "start" : "end"}"></text>
      <rect class="viz-ts-track" x="${x}" y="${bar}" height="6"/>
      <rect class="viz-ts-bar" x="${x}" y="${bar}" height="6"/>
      <path class="viz-ts-tick" d=""/>
      ${layout.headings
        .filter((one) => one.side === side)
        .map(
          ({role, x, y}) => `<g class="viz-ts-heading" data-heading="${role}"><text x="${x}"
            y="${y}"></text><text x="${x}" y="${y + 13}"></text></g>`
        )
        .join("")}`;
  }

  function show(shown: TwoStepsShown): void {
    const {cell} = layout;
    const {map} = twoStepsSize;
    const {blocks, card, mixed, ring, sum, windows} = marks;
    drawn.forEach(({rect, text}, i) => {
      const number = shown.value(cells[i]);
      const words = number === null ? "" : cellText(number);
      if (text.textContent !== words) text.textContent = words;
      const {side, role} = cells[i];
      const share = Math.min(1, Math.abs(number ?? 0) / shown.limit(side, role));
      const tint = number === null ? "none" : number < 0 ? "negative" : "positive";
      if (rect.dataset.tint !== tint) rect.dataset.tint = tint;
      const opacity = (0.42 * share).toFixed(2);
      if (rect.style.fillOpacity !== opacity) rect.style.fillOpacity = opacity;
    });
    const at = (place: number) => [Math.floor(place / map), place % map] as const;
    const move = (place: number) => {
      const [row, column] = at(place);
      return `translate(${column * cell.width}px, ${row * cell.height}px)`;
    };
    for (const side of sides) {
      const root = groupOf(side);
      const get = <E extends SVGElement>(name: string) =>
        root.querySelector<E>(`[data-part=${name}]`)!;
      const {lanes, place} = shown[side];
      const [row, column] = at(place);
      const targets: Cell[] = [];
      let links = "";
      let plus = "";
      const add = (cards: readonly Card[], role: Role, lane: number) => {
        const ways = sum(cards, card(side, role, lane)!, row);
        links += ways.links;
        plus += ways.plus;
        targets.push({side, role, lane, row, column});
      };
      let groups: number = channels;
      if (side === "one") {
        ({groups} = shown.one);
        shown.one.filters.forEach((filter, g) => {
          const own = lanes.filter((lane) => Math.floor((lane * groups) / channels) === g);
          if (own.length > 0)
            add(
              own.map((lane) => card(side, "kernel", lane)!),
              "output",
              filter
            );
        });
        fill(get("blocks"), blocks(side, "kernel", groups, allFilters / groups));
      } else {
        const {mixing, filter} = shown.two;
        if (!mixing) for (const lane of lanes) add([card(side, "kernel", lane)!], "between", lane);
        else
          add(
            lanes.map((lane) => card(side, "mix", lane)!),
            "output",
            filter
          );
        fill(
          get("blocks"),
          blocks(side, "kernel", channels, 1) + blocks(side, "mix", 1, allFilters)
        );
        fill(get("pillar"), mixing ? windows(side, mixed(), 1, lanes, 1) : "");
        get("pillar").style.transform = move(place);
        root.dataset.mixing = String(mixing);
      }
      fill(get("windows"), windows(side, "input", twoStepsSize.kernel, lanes, groups));
      get("windows").style.transform = move(place);
      get("links").setAttribute("d", links);
      fill(get("sums"), plus);
      const {inspected} = shown;
      const looked = inspected?.side === side ? [inspected] : [];
      fill(get("rings"), [...targets, ...looked].map((one) => ring(one)).join(""));
      words(root, side, shown);
    }
  }

  function words(
    root: SVGGElement,
    side: Side,
    {titles, done, one, ...shown}: TwoStepsShown
  ): void {
    const put = (selector: string, text: string) => {
      const element = root.querySelector(selector)!;
      if (element.textContent !== text) element.textContent = text;
    };
    put(".viz-ts-title", titles[side].title);
    put(".viz-ts-beside", titles[side].beside);
    const [depthwise, pointwise] = twoStepsCost;
    const total = side === "one" ? oneStepCost(one.groups).multiplyAdds : depthwise + pointwise;
    const scale = layout.titles.one.width / oneStepCost(1).multiplyAdds;
    const track = root.querySelector(".viz-ts-track")!;
    track.setAttribute("width", String(total * scale));
    root.querySelector(".viz-ts-bar")!.setAttribute("width", String(done[side] * scale));
    const x = Number(track.getAttribute("x")) + depthwise * scale;
    const tick = side === "two" ? `M${x},${track.getAttribute("y")}v6` : "";
    root.querySelector(".viz-ts-tick")!.setAttribute("d", tick);
    for (const heading of root.querySelectorAll<SVGGElement>(".viz-ts-heading")) {
      const lines = shown.heading(side, heading.dataset.heading as Role);
      lines.forEach((line, i) => {
        if (heading.children[i].textContent !== line) heading.children[i].textContent = line;
      });
    }
    for (const label of root.querySelectorAll<SVGTextElement>(".viz-ts-lane"))
      label.textContent = shown.names[Number(label.dataset.lane)];
  }

  build();
  return {
    element: svg,
    sides: {one: groupOf("one"), two: groupOf("two")},
    get cells() {
      return cells;
    },
    resize(width) {
      const whole = Math.floor(width);
      if (whole === layout.width) return false;
      layout = twoStepsLayout(whole);
      marks = twoStepsMarks(layout);
      build();
      return true;
    },
    show,
    cellAt(event) {
      const target = event.target instanceof Element ? event.target.closest("[data-cell]") : null;
      return target instanceof SVGElement ? cells[Number(target.dataset.cell)] : null;
    },
    beside(cell, dx, dy) {
      const [x, y] = marks.centerOf(cell);
      let best = cell;
      let least = Infinity;
      for (const other of cells) {
        if (other.side !== cell.side) continue;
        const [ox, oy] = marks.centerOf(other);
        const along = (ox - x) * dx + (oy - y) * dy;
        const aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
        // Sideways counts more: an arrow goes to the nearest number of the same row or column.
        const far = along + 4 * aside;
        if (along > 1 && far < least) [best, least] = [other, far];
      }
      return best;
    }
  };
}
