import {part} from "./view.ts";

/** Units that the larger of two bars that meet may be high. */
const HALF = 50;

export interface PoolingVectors {
  readonly element: HTMLElement;
  /** Shows the street's own vector and, if there is one, another below it. */
  show(own: Float32Array, other: {values: Float32Array; title: string} | null): void;
  /** Says how the two compare. */
  say(words: string): void;
}

/** Returns two vectors as bars back to back on one scale: own ones up, the other's down. */
export function poolingVectors(): PoolingVectors {
  const element = document.createElement("div");
  element.className = "viz-pooling-vectors";
  element.innerHTML = `
    <p class="viz-form-title"><strong>The one vector that every place is given</strong> <span></span></p>
    <p class="viz-pooling-of">↑ its own</p>
    <svg role="img" viewBox="0 0 96 ${2 * HALF}" preserveAspectRatio="none">
      <path data-of="own"/><path data-of="other"/><path class="viz-pooling-axis"/></svg>
    <p class="viz-pooling-of" data-of="other"></p>
    <p class="viz-pooling-compared"></p>`;
  const svg = part<SVGSVGElement>(element, "svg");
  const bars = (values: Float32Array, direction: 1 | -1, most: number) =>
    Array.from(values, (value, i) => {
      const size = (direction * HALF * value) / most;
      return value > 0 ? `M${i + 0.1},${HALF}h0.8v${size.toFixed(2)}h-0.8z` : "";
    }).join("");

  return {
    element,
    show(own, other) {
      const {length} = own;
      const most = [...own, ...(other?.values ?? [])].reduce((a, b) => Math.max(a, b), 0) || 1;
      svg.setAttribute("viewBox", `0 0 ${length} ${2 * HALF}`);
      part<SVGElement>(svg, ".viz-pooling-axis").setAttribute("d", `M0,${HALF}h${length}`);
      part<SVGElement>(svg, "[data-of=own]").setAttribute("d", bars(own, -1, most));
      part<SVGElement>(svg, "[data-of=other]").setAttribute(
        "d",
        other === null ? "" : bars(other.values, 1, most)
      );
      part(element, ".viz-form-title span").textContent =
        `${length} channels, bars to ${most.toFixed(1)}`;
      part(element, ".viz-pooling-of[data-of=other]").textContent = other && `↓ ${other.title}`;
    },
    say(words) {
      part(element, ".viz-pooling-compared").textContent = words;
      svg.setAttribute("aria-label", `The values of image pooling’s channels. ${words}`);
    }
  };
}
