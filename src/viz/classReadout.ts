import type {LegendClass} from "./legend.ts";
import {percent} from "./percent.ts";

/** What is known of a pixel. */
export interface PixelReading {
  /** The predicted class. */
  label: number;
  /** The probability of each class, if known. */
  probabilities?: ArrayLike<number>;
  /** The true class; other values than classes are void. */
  truth?: number;
}

/**
 * Returns the entries of a readout: the predicted class, or the three likeliest with their
 * probabilities, and how the truth compares.
 */
export function readoutEntries(
  classes: readonly LegendClass[],
  {label, probabilities, truth}: PixelReading
): HTMLElement[] {
  const likeliest = probabilities
    ? classes
        .map((_, k) => k)
        .sort((a, b) => probabilities[b] - probabilities[a])
        .slice(0, 3)
    : [label].filter((k) => k in classes);
  const entries = likeliest.map((k) => {
    const words = probabilities ? ` ${percent(probabilities[k])}` : "";
    const made = entry("viz-entry", `${classes[k].name}${words}`);
    made.style.setProperty("--color", classes[k].color);
    return made;
  });
  if (truth !== undefined && truth in classes)
    entries.push(
      truth === label
        ? entry("viz-truth", "right")
        : entry("viz-truth viz-false", `in truth ${classes[truth].name}`)
    );
  return entries;
}

function entry(className: string, text: string): HTMLElement {
  const span = document.createElement("span");
  span.className = className;
  span.textContent = text;
  return span;
}
