import {easeCubicInOut} from "d3";

/** Attributes of drawn shapes that are on their way to new values. */
export interface Glide {
  /** Brings the attribute *name* of *shape* to *value* once {@link Glide.start} is called. */
  to(shape: Element, name: string, value: number): void;
  /** Lets everything glide for so many milliseconds; 0 puts it there at once. */
  start(milliseconds: number): void;
}

/** Returns a glide. A new start ends the one before it, wherever its shapes then are. */
export function glide(): Glide {
  let moves: {shape: Element; name: string; from: number; value: number}[] = [];
  let frame = 0;
  return {
    to(shape, name, value) {
      const before = shape.getAttribute(name);
      if (before !== String(value)) moves.push({shape, name, from: Number(before ?? value), value});
    },
    start(milliseconds) {
      cancelAnimationFrame(frame);
      const under = moves;
      moves = [];
      const began = performance.now();
      const step = () => {
        const passed = milliseconds > 0 ? (performance.now() - began) / milliseconds : 1;
        const share = easeCubicInOut(Math.min(1, passed));
        for (const {shape, name, from, value} of under)
          shape.setAttribute(name, String(share < 1 ? from + (value - from) * share : value));
        if (share < 1) frame = requestAnimationFrame(step);
      };
      step();
    }
  };
}
