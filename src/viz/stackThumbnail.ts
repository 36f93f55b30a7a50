import {select} from "d3";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

export interface StackThumbnailOptions {
  /** How much the rate grows from each layer to the next. Default 2. */
  growth?: number;
  /** The largest growth offered. Default 3. */
  most?: number;
  /** How many layers of three taps. Default 3. */
  layers?: number;
}

/** Pixels of the drawing: its size, and what it leaves free at its ends. */
const [WIDTH, HEIGHT, MARGIN] = [320, 132, 10];

/**
 * Returns a small figure of a stack of 3-tap layers whose rates grow by one factor: the units that
 * feed one output, layer by layer, down to its receptive field.
 *
 * ```js
 * const growth = view(stackThumbnail((rates) => reads(rates.map((rate) => ({...layer, rate})))));
 * ```
 *
 * *unitsRead* returns, for layers of these rates (the first nearest the input), the units of each
 * map that feed output 0, the input's first. Moving the slider sets the figure's **value**, the
 * factor, and emits *input*. Throws a RangeError if **growth** is not a whole number from 1 to
 * **most**.
 */
export function stackThumbnail(
  unitsRead: (rates: readonly number[]) => readonly (readonly number[])[],
  {growth = 2, most = 3, layers = 3}: StackThumbnailOptions = {}
): View<HTMLElement, number> {
  const id = uniqueId("thumbnail");
  const root = document.createElement("figure");
  root.className = "viz-thumbnail";
  root.innerHTML = `<label class="viz-thumbnail-growth" for="${id}"><span>Each rate ×<output></output></span>
      <input id="${id}" type="range" min="1" max="${most}" step="1"></label>
    <figcaption></figcaption>`;
  keepControlEvents(root);
  const range = part<HTMLInputElement>(root, "input");
  const svg = select(document.createElementNS("http://www.w3.org/2000/svg", "svg"))
    .attr("viewBox", `0 0 ${WIDTH} ${HEIGHT}`)
    .attr("role", "img");
  root.prepend(svg.node() as SVGSVGElement);
  const ratesOf = (by: number) => Array.from({length: layers}, (_, i) => by ** i);
  // The widest field fills the drawing, so that the narrower ones look it.
  const reach = Math.max(...unitsRead(ratesOf(most))[0]);
  const x = (unit: number) => WIDTH / 2 + (unit / reach) * (WIDTH / 2 - MARGIN);
  const y = (map: number) => HEIGHT - MARGIN - (map / layers) * (HEIGHT - 2 * MARGIN);
  let value = check(growth);

  function check(by: number): number {
    if (!(Number.isInteger(by) && by >= 1 && by <= most))
      throw new RangeError(`invalid growth: ${by} (a whole number from 1 to ${most})`);
    return by;
  }

  function refresh(): void {
    const rates = ratesOf(value);
    const maps = unitsRead(rates);
    const edges = rates.flatMap((rate, i) =>
      maps[i + 1].flatMap((unit) => [-rate, 0, rate].map((tap) => ({map: i, unit, tap})))
    );
    const dots = Array.from({length: 2 * reach + 1}, (_, i) => i - reach).flatMap((unit) =>
      maps.map((units, map) => ({unit, map, read: units.includes(unit)}))
    );
    svg
      .selectAll("line")
      .data(edges)
      .join("line")
      .attr("x1", ({unit}) => x(unit))
      .attr("y1", ({map}) => y(map + 1))
      .attr("x2", ({unit, tap}) => x(unit + tap))
      .attr("y2", ({map}) => y(map));
    svg
      .selectAll("circle")
      .data(dots)
      .join("circle")
      .attr("cx", ({unit}) => x(unit))
      .attr("cy", ({map}) => y(map))
      .attr("r", ({read}) => (read ? 3.4 : 1.5))
      .attr("class", ({read, map}) => (!read ? "unread" : map === 0 ? "field" : "tap"))
      .raise();
    const size = maps[0][maps[0].length - 1] - maps[0][0] + 1;
    range.valueAsNumber = value;
    range.setAttribute("aria-valuetext", `rates ${rates.join(", ")}`);
    part(root, "output").textContent = String(value);
    const sentence =
      `Rates ${rates.join(", ")}: ${layers} layers of 3 taps see ${size} inputs, ` +
      `with ${3 * layers} weights.`;
    part(root, "figcaption").textContent = sentence;
    svg.attr("aria-label", sentence);
  }

  range.addEventListener("input", () => {
    if (range.valueAsNumber === value) return;
    value = range.valueAsNumber;
    refresh();
    emitInput(root);
  });
  refresh();
  return asView<HTMLElement, number>(root, {
    get: () => value,
    set(next) {
      value = check(next);
      refresh();
    }
  });
}
