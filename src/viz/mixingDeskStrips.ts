import {
  GAIN_STEP,
  heardGains,
  keysIn,
  MOST_GAIN,
  strips,
  withKey,
  type DeskSetting
} from "./mixingDeskData.ts";
import {part} from "./view.ts";

export interface DeskStrips {
  readonly element: HTMLElement;
  /** Puts faders and buttons where *setting* has them. */
  show(setting: DeskSetting): void;
}

/** What a strip's branch reads, as a small picture: taps as far apart as they are, or all there is. */
function glyph(key: string): string {
  const step = {r3: 3, r6: 6, r9: 9}[key];
  const dots = (step === undefined ? [0] : [-step, 0, step]).flatMap((y, _, all) =>
    all.map((x) => `<circle cx="${16 + x * 1.4}" cy="${16 + y * 1.4}" r="2.3"/>`)
  );
  const drawn =
    key === "pool" ? `<rect x="3" y="3" width="26" height="26" rx="2"/>` : dots.join("");
  return `<svg viewBox="0 0 32 32" aria-hidden="true">${drawn}</svg>`;
}

/**
 * Returns a strip for each branch: a fader, Mute and Solo. **choose** is told what the reader changes,
 * and *gesture* names moves that belong together; **settle** that such a run of moves is over.
 */
export function deskStrips({
  choose,
  settle
}: {
  choose: (change: Partial<DeskSetting>, gesture?: string) => void;
  settle: () => void;
}): DeskStrips {
  const element = document.createElement("div");
  element.className = "viz-desk-strips";
  element.innerHTML = strips
    .map(
      ({name}, i) => `
    <div class="viz-desk-strip" role="group" aria-label="${name}">
      ${glyph(strips[i].key)}<strong>${name}</strong><output></output>
      <div class="viz-desk-slot"><input type="range" min="0" max="${MOST_GAIN}" step="${GAIN_STEP}"
        aria-label="Fader of ${name}" aria-orientation="vertical"></div>
      <button type="button" data-do="mute" aria-label="Mute ${name}">Mute</button>
      <button type="button" data-do="solo" aria-label="Solo ${name}">Solo</button>
    </div>`
    )
    .join("");
  let setting: DeskSetting | null = null;

  const parts = [...element.children].map((strip, i) => {
    const {key} = strips[i];
    const fader = part<HTMLInputElement>(strip, "input");
    const [mute, solo] = strip.querySelectorAll("button");
    fader.addEventListener("input", () => choose({[key]: fader.valueAsNumber}, key));
    fader.addEventListener("keydown", (event) => {
      // A vertical fader's left and right differ between browsers.
      const by = {ArrowLeft: -GAIN_STEP, ArrowRight: GAIN_STEP}[event.key];
      if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      fader.valueAsNumber += by;
      choose({[key]: fader.valueAsNumber}, key);
    });
    fader.addEventListener("dblclick", () => choose({[key]: 100}));
    for (const type of ["pointerdown", "blur"]) fader.addEventListener(type, settle);
    const toggle = (button: HTMLButtonElement, what: "muted" | "soloed") =>
      button.addEventListener("click", () => {
        if (setting === null) return;
        const isIn = keysIn(setting[what]).includes(key);
        choose({[what]: withKey(setting[what], key, !isIn)});
      });
    toggle(mute, "muted");
    toggle(solo, "soloed");
    return {strip: strip as HTMLElement, fader, mute, solo, output: part(strip, "output")};
  });

  return {
    element,
    show(next) {
      setting = next;
      const gains = heardGains(next);
      parts.forEach(({strip, fader, mute, solo, output}, i) => {
        const {key} = strips[i];
        const percent = `${next[key]} %`;
        if (fader.valueAsNumber !== next[key]) fader.valueAsNumber = next[key];
        if (output.textContent !== percent) {
          output.textContent = percent;
          fader.setAttribute("aria-valuetext", percent);
        }
        strip.dataset.heard = String(gains[i] > 0);
        mute.setAttribute("aria-pressed", String(keysIn(next.muted).includes(key)));
        solo.setAttribute("aria-pressed", String(keysIn(next.soloed).includes(key)));
      });
    }
  };
}
