import type {Selection} from "d3";
import {glide} from "./glide.ts";

/** A group of like shapes. */
export type ShapeGroup = Selection<SVGGElement, unknown, null, undefined>;

/**
 * Gives each item a shape of the group of that name: *numbers* are attributes that glide, *words*
 * are those that do not, and the `text`, or the `html`, inside.
 */
export type Place<Name extends string> = <D>(
  name: Name,
  tag: string,
  items: readonly D[],
  numbers: Readonly<Record<string, (item: D, i: number) => number>>,
  words?: Readonly<Record<string, (item: D, i: number) => string>>
) => void;

/**
 * Returns a function that places shapes in *groups*, and one that then lets them glide there for so
 * many milliseconds. Only what differs from what is drawn is written.
 */
export function shapePlacer<Name extends string>(
  groups: Readonly<Record<Name, ShapeGroup>>
): {place: Place<Name>; start(milliseconds: number): void} {
  const motion = glide();
  return {
    place(name, tag, items, numbers, words = {}) {
      const shapes = groups[name].selectAll<SVGElement, (typeof items)[number]>(tag);
      shapes
        .data(items)
        .join<SVGElement>(tag)
        .each(function (item, i) {
          for (const [key, value] of Object.entries(numbers)) motion.to(this, key, value(item, i));
          for (const [key, value] of Object.entries(words)) write(this, key, value(item, i));
        });
    },
    start: motion.start
  };
}

function write(shape: SVGElement, key: string, text: string): void {
  if (key === "html") {
    if (shape.innerHTML !== text) shape.innerHTML = text;
  } else if (key === "text") {
    if (shape.textContent !== text) shape.textContent = text;
  } else if (shape.getAttribute(key) !== text) shape.setAttribute(key, text);
}
