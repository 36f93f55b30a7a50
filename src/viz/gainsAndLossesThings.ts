import type {Labels} from "./boundaryLensData.ts";
import {rightPixels, type HarmData, type Thing} from "./gainsAndLossesData.ts";
import {wholePercents} from "./gainsAndLossesWords.ts";
import {part} from "./view.ts";

export interface ThingPicker {
  readonly element: HTMLElement;
  /** Offers these things instead of those before. */
  offer(things: readonly Thing[]): void;
  /** Says of each thing how much of it is labeled right; *crf* is null while it is computed. */
  tell(data: HarmData, crf: Labels | null): void;
  /** Marks the thing that is magnified. */
  choose(thing: Thing | undefined): void;
}

/**
 * Returns buttons for the things of a street, each with the share of its pixels that is right by the
 * encoder alone, after the CRF and with the decoder. Pressing one calls *picked* with its place.
 */
export function thingPicker(picked: (thing: number) => void): ThingPicker {
  const element = document.createElement("div");
  element.innerHTML = `<p class="viz-harm-order">Right pixels in %: encoder → CRF → decoder</p>
    <div class="viz-harm-things" role="group" aria-label="Things in the street, with their right pixels in %: encoder, CRF, decoder"></div>`;
  const list = part(element, ".viz-harm-things");
  let offered: readonly Thing[] = [];
  return {
    element,
    offer(things) {
      offered = things;
      const buttons = things.map(({name}, i) => {
        const button = document.createElement("button");
        button.type = "button";
        button.innerHTML = `<strong></strong> <span></span>`;
        part(button, "strong").textContent = name;
        button.addEventListener("click", () => picked(i));
        return button;
      });
      list.replaceChildren(...buttons);
    },
    tell({encoder, decoder}, crf) {
      offered.forEach((thing, i) => {
        const share = (labels: Labels) =>
          wholePercents(rightPixels(thing, labels) / thing.pixels.length);
        const after = crf === null ? "…" : share(crf);
        part(list.children[i], "span").textContent =
          `${share(encoder)} → ${after} → ${share(decoder)}`;
      });
    },
    choose(thing) {
      offered.forEach((one, i) =>
        list.children[i].setAttribute("aria-pressed", String(one === thing))
      );
    }
  };
}
