import {afterPaint} from "./afterPaint.ts";
import type {PoolingDonor} from "./imagePoolingData.ts";
import {part} from "./view.ts";

/** The size at which a donor's picture is drawn. */
const [WIDTH, HEIGHT] = [128, 96];

export interface PoolingDonors {
  readonly element: HTMLElement;
  /**
   * Offers these, by name; their pictures are drawn once *seen*. Buttons of those offered before,
   * under the same key, stay.
   */
  offer(donors: ReadonlyMap<string, PoolingDonor>, seen: boolean): void;
  /** Marks the one chosen. */
  choose(name: string): void;
  /** Says what one changes. */
  say(name: string, text: string): void;
}

/**
 * Returns buttons for the pictures whose image pooling can be taken. **picked** is told the name of
 * the one pressed. Pictures are drawn one by one, after what is shown has been painted.
 */
export function poolingDonors(picked: (name: string) => void): PoolingDonors {
  const element = document.createElement("div");
  element.innerHTML = `<p class="viz-form-title"><strong>Image pooling from</strong></p>
    <div class="viz-pooling-donors" role="group" aria-label="Whose image pooling is taken"></div>`;
  const list = part(element, ".viz-pooling-donors");
  let buttons = new Map<string, {button: HTMLButtonElement; donor: PoolingDonor}>();
  let undrawn: {canvas: HTMLCanvasElement; draw: (canvas: HTMLCanvasElement) => void}[] = [];
  const drawNext = afterPaint(() => {
    const next = undrawn.shift();
    if (next === undefined) return;
    next.draw(next.canvas);
    drawNext();
  });

  function buttonOf(name: string, {short, draw}: PoolingDonor): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.innerHTML = `<canvas width="${WIDTH}" height="${HEIGHT}" aria-hidden="true"></canvas>
      <span></span> <small></small>`;
    part(button, "span").textContent = short;
    button.addEventListener("click", () => picked(name));
    const canvas = part<HTMLCanvasElement>(button, "canvas");
    canvas.dataset.empty = String(draw === null);
    if (draw !== null) undrawn.push({canvas, draw});
    return button;
  }

  return {
    element,
    offer(donors, seen) {
      const before = buttons;
      buttons = new Map();
      for (const [name, donor] of donors) {
        const known = before.get(name);
        const same = known?.donor.key === donor.key;
        buttons.set(name, {button: same ? known.button : buttonOf(name, donor), donor});
      }
      const shown = [...buttons.values()].map(({button}) => button);
      const focused = [...before.values()].find(({button}) => button === document.activeElement);
      undrawn = undrawn.filter(({canvas}) => shown.some((button) => button.contains(canvas)));
      // Those that stay keep their places, and with them the focus of the keyboard.
      shown.forEach((button, i) => {
        if (list.children[i] !== button) list.insertBefore(button, list.children[i] ?? null);
      });
      while (list.children.length > shown.length) list.lastElementChild?.remove();
      if (focused !== undefined && !focused.button.isConnected)
        shown[[...before.values()].indexOf(focused)]?.focus({preventScroll: true});
      if (seen) drawNext();
    },
    choose(name) {
      for (const [own, {button}] of buttons)
        button.setAttribute("aria-pressed", String(own === name));
    },
    say(name, text) {
      const shown = buttons.get(name);
      if (shown === undefined) return;
      const place = part(shown.button, "small");
      if (place.textContent !== text) place.textContent = text;
    }
  };
}
