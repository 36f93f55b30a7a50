import {voteBars, type VoteBars} from "./branchVoicesBars.ts";
import {BRANCHES} from "./branchVoicesValue.ts";
import type {LegendClass} from "./legend.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {part} from "./view.ts";

/** A branch: its name, its map, and what it votes for at the unit pointed at. */
export interface VoiceCard {
  readonly element: HTMLElement;
  /** Where the map lies, to point at. */
  readonly stage: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly bars: VoteBars;
  name(title: string): void;
  /** Says how far the branch sees, what it votes for, and what its map shows. */
  say(words: {reach: string; votes: string; map: string}): void;
  press(pressed: boolean): void;
}

/** Returns a card for each branch; pressing its name calls *picked* with its place. */
export function voiceCards(
  classes: readonly LegendClass[],
  picked: (branch: number) => void
): VoiceCard[] {
  return Array.from({length: BRANCHES}, (_, i) => {
    const element = document.createElement("div");
    element.className = "viz-voices-card";
    element.innerHTML = `
      <button type="button" aria-pressed="false">
        <svg viewBox="0 0 26 12" aria-hidden="true"><path data-branch="${i}" d="M1,6H25"/></svg><span>…</span></button>
      <div class="viz-voices-map"><canvas role="img" aria-label="No map yet"></canvas></div>
      <p class="viz-voices-votes"></p><p class="viz-voices-sees"></p>`;
    const button = part<HTMLButtonElement>(element, "button");
    const canvas = part<HTMLCanvasElement>(element, "canvas");
    const votes = part(element, ".viz-voices-votes");
    const sees = part(element, ".viz-voices-sees");
    const bars = voteBars(classes);
    votes.before(bars.element);
    for (const words of [votes, sees]) steadyHeight(words);
    button.addEventListener("click", () => picked(i));
    let title = "";
    return {
      element,
      stage: part(element, ".viz-voices-map"),
      canvas,
      bars,
      name(next) {
        title = next;
        part(button, "span").textContent = title;
      },
      say(words) {
        votes.textContent = words.votes;
        sees.textContent = words.reach;
        bars.element.setAttribute("aria-label", `Votes of ${title}: ${words.votes}`);
        canvas.setAttribute("aria-label", `${title}: ${words.map}`);
      },
      press: (pressed) => button.setAttribute("aria-pressed", String(pressed))
    };
  });
}
