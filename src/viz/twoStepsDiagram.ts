import {
  twoStepsLayout,
  type Card,
  type Role,
  type Side,
  type TwoStepsLayout
} from "./twoStepsLayout.ts";
import {svgBlob} from "./saveAs.ts";
import {cellSheet, tintOf, type Block, type CellShown} from "./twoStepsCells.ts";
import {twoStepsMarks} from "./twoStepsMarks.ts";
import {oneStepCost, twoStepsCost, twoStepsSize} from "./twoStepsSchedule.ts";
import type {Cell, TwoStepsShown} from "./twoStepsShown.ts";
import {cellText} from "./twoStepsWords.ts";

export interface TwoStepsDiagram {
  readonly element: HTMLElement;
  /** The part of the element that takes the keys of a side. */
  readonly sides: Readonly<Record<Side, SVGGElement>>;
  readonly cells: readonly Cell[];
  /** Lays out anew for a width, in pixels, if that changes anything, and says whether it did. */
  resize(width: number): boolean;
  /** Windows glide to where they are next where **glides** says so. */
  show(shown: TwoStepsShown, glides: boolean): void;
  /** Returns what is shown as an SVG that stands alone. */
  file(): Blob;
  /** Returns the cell that an event is on. */
  cellAt(event: MouseEvent): Cell | null;
  /** Returns the nearest cell of the same side in a direction, or the cell itself. */
  beside(cell: Cell, dx: number, dy: number): Cell;
}

const {channels, filters: allFilters, map} = twoStepsSize;
const sides = ["one", "two"] as const;
const names = {one: "One step", two: "Two steps"} as const;

/** Returns the drawing of both sides: cards of numbers, and what is at work on them. */
export function twoStepsDiagram(): TwoStepsDiagram {
  const element = document.createElement("div");
  element.className = "viz-ts-drawing";
  const sheet = cellSheet();
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  element.append(sheet.element, svg);
  svg.setAttribute("class", "viz-two-steps-svg");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", "One step and two steps, as cards of numbers");
  svg.innerHTML = sides
    .map(
      (side) => `<g class="viz-ts-side" data-side="${side}" tabindex="0" role="application"
        aria-roledescription="numbers to read" aria-label="${names[side]}"></g>`
    )
    .join("");
  const groups = Object.fromEntries(
    sides.map((side) => [side, svg.querySelector<SVGGElement>(`[data-side=${side}]`)!])
  ) as Record<Side, SVGGElement>;
  let layout: TwoStepsLayout = twoStepsLayout(0);
  let cells: Cell[] = [];
  let marks = twoStepsMarks(layout);

  /** The parts of a side, by selector, and what was last written of them: reading the page is slow. */
  const parts = new Map<string, SVGElement>();
  const written = new Map<SVGElement, string>();

  function get(side: Side, selector: string): SVGElement {
    const key = `${side} ${selector}`;
    const found = parts.get(key) ?? groups[side].querySelector<SVGElement>(selector)!;
    parts.set(key, found);
    return found;
  }

  /** Does *write* with a text, unless that is what it was done with last. */
  function once(element: SVGElement, text: string, write: (text: string) => void): void {
    if (written.get(element) === text) return;
    written.set(element, text);
    write(text);
  }

  function fill(element: SVGElement, markup: string): void {
    once(element, markup, (text) => (element.innerHTML = text));
  }

  function put(element: SVGElement, words: string): void {
    once(element, words, (text) => (element.textContent = text));
  }

  function build(): void {
    const {width, height, cell} = layout;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("width", String(width));
    svg.setAttribute("height", String(height));
    sheet.resize(layout);
    parts.clear();
    written.clear();
    cells = layout.cards.flatMap(({side, role, lane, rows, columns}) =>
      Array.from({length: rows * columns}, (_, i) => {
        return {side, role, lane, row: Math.floor(i / columns), column: i % columns};
      })
    );
    for (const side of sides) {
      const frames = layout.cards
        .filter((one) => one.side === side)
        .map(
          ({role, x, y, rows, columns}) => `<rect class="viz-ts-frame" data-card="${role}" x="${x}"
            y="${y}" width="${columns * cell.width}" height="${rows * cell.height}"/>`
        );
      groups[side].innerHTML = `<g aria-hidden="true">${head(side)}${frames.join("")}
        <g class="viz-ts-signs">${marks.signs(side)}</g>
        <path class="viz-ts-links" data-part="links"/><g data-part="sums"></g>
        <g class="viz-ts-sweep"><g data-part="windows"></g></g>
        <g class="viz-ts-sweep"><g data-part="pillar"></g></g>
        <g data-part="rings"></g></g>`;
    }
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

  /** Moves the group about a part to *place*. */
  function move(element: SVGElement, place: number): void {
    const group = element.parentElement as unknown as SVGGElement;
    const [x, y] = [place % map, Math.floor(place / map)];
    once(group, `translate(${x * layout.cell.width}px, ${y * layout.cell.height}px)`, (text) => {
      group.style.transform = text;
    });
  }

  function show(shown: TwoStepsShown, glides: boolean): void {
    const {blocks, card, mixed, ring, sum, windows} = marks;
    element.dataset.glides = String(glides);
    const numbers = cells.map((cell): CellShown => {
      const number = shown.value(cell);
      if (number === null) return {text: "", tint: null, opacity: 0};
      const share = Math.min(1, Math.abs(number) / shown.limit(cell.side, cell.role));
      return {text: cellText(number), tint: tintOf(cell.role, number), opacity: 0.42 * share};
    });
    const behind: Block[] = [];
    for (const side of sides) {
      const {lanes, place} = shown[side];
      const [row, column] = [Math.floor(place / map), place % map];
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
        behind.push(...blocks(side, "kernel", groups, allFilters / groups));
      } else {
        const {mixing, filter} = shown.two;
        if (!mixing) for (const lane of lanes) add([card(side, "kernel", lane)!], "between", lane);
        else
          add(
            lanes.map((lane) => card(side, "mix", lane)!),
            "output",
            filter
          );
        behind.push(...blocks(side, "kernel", channels, 1), ...blocks(side, "mix", 1, allFilters));
        const pillar = get(side, "[data-part=pillar]");
        fill(pillar, mixing ? windows(side, mixed(), 1, lanes, 1) : "");
        move(pillar, place);
        element.dataset.mixing = String(mixing);
      }
      const reading = get(side, "[data-part=windows]");
      fill(reading, windows(side, "input", twoStepsSize.kernel, lanes, groups));
      move(reading, place);
      const ways = get(side, "[data-part=links]");
      once(ways, links, (d) => ways.setAttribute("d", d));
      fill(get(side, "[data-part=sums]"), plus);
      const {inspected} = shown;
      const looked = inspected?.side === side ? [inspected] : [];
      fill(
        get(side, "[data-part=rings]"),
        [...targets, ...looked].map((one) => ring(one)).join("")
      );
      words(side, shown);
    }
    sheet.show(behind, numbers);
  }

  function words(side: Side, {titles, done, one, ...shown}: TwoStepsShown): void {
    put(get(side, ".viz-ts-title"), titles[side].title);
    put(get(side, ".viz-ts-beside"), titles[side].beside);
    const [depthwise, pointwise] = twoStepsCost;
    const total = side === "one" ? oneStepCost(one.groups).multiplyAdds : depthwise + pointwise;
    const scale = layout.titles.one.width / oneStepCost(1).multiplyAdds;
    const [track, bar] = [get(side, ".viz-ts-track"), get(side, ".viz-ts-bar")];
    once(track, String(total * scale), (width) => track.setAttribute("width", width));
    once(bar, String(done[side] * scale), (width) => bar.setAttribute("width", width));
    const tick = get(side, ".viz-ts-tick");
    const x = layout.titles[side].x + depthwise * scale;
    const d = side === "two" ? `M${x},${track.getAttribute("y")}v6` : "";
    once(tick, d, (path) => tick.setAttribute("d", path));
    for (const {role} of layout.headings.filter((heading) => heading.side === side))
      shown
        .heading(side, role)
        .forEach((line, i) =>
          put(get(side, `[data-heading=${role}] text:nth-child(${i + 1})`), line)
        );
    shown.names.forEach((name, lane) => {
      for (const role of ["input", "again"])
        if (marks.card(side, role as Role, lane))
          put(get(side, `[data-lane="${lane}"][data-of=${role}]`), name);
    });
  }

  build();
  return {
    element,
    sides: groups,
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
    file() {
      const numbers = document.createElementNS("http://www.w3.org/2000/svg", "g");
      numbers.innerHTML = sheet.markup();
      svg.prepend(numbers);
      try {
        return svgBlob(svg);
      } finally {
        numbers.remove();
      }
    },
    cellAt({clientX, clientY}) {
      const box = svg.getBoundingClientRect();
      const {width, height} = layout.cell;
      const [left, top] = [clientX - box.left, clientY - box.top];
      for (const {side, role, lane, x, y, rows, columns} of layout.cards) {
        const [row, column] = [Math.floor((top - y) / height), Math.floor((left - x) / width)];
        if (row >= 0 && row < rows && column >= 0 && column < columns)
          return cells.find(
            (cell) =>
              cell.side === side &&
              cell.role === role &&
              cell.lane === lane &&
              cell.row === row &&
              cell.column === column
          )!;
      }
      return null;
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
