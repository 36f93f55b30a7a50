import {afterPaint} from "./afterPaint.ts";
import {history} from "./history.ts";
import {linkedPixels, ring} from "./linkedPixels.ts";
import {deskAccounts} from "./mixingDeskAccounts.ts";
import {
  checkDesk,
  decoderAccount,
  deskPresets,
  encoderAccount,
  heardGains,
  sameGains,
  sameSetting,
  settingOf,
  untouched,
  type DeskAccount,
  type DeskReading,
  type DeskSetting,
  type DeskStreet,
  type MixingDeskValue
} from "./mixingDeskData.ts";
import {deskCsv, type PixelAccount} from "./mixingDeskFiles.ts";
import {deskFrame} from "./mixingDeskFrame.ts";
import type {MixingDesk, MixingDeskOptions} from "./mixingDeskOptions.ts";
import {deskPicture} from "./mixingDeskPicture.ts";
import {deskStrips} from "./mixingDeskStrips.ts";
import {deskTask} from "./mixingDeskTask.ts";
import {classesChanged, costWords, deskWords} from "./mixingDeskWords.ts";
import {panelSheet} from "./panelSheet.ts";
import {pngBlob, saveAs} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {themeColors} from "./themeColors.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId} from "./view.ts";

export type {DeskAccount, DeskReading, DeskStreet, MixingDeskValue} from "./mixingDeskData.ts";
export type {MixingDesk, MixingDeskOptions} from "./mixingDeskOptions.ts";

/** How many classes are said to have changed most. */
const CLASSES = 4;

/**
 * Returns a mixing desk for the branches of ASPP: a fader, Mute and Solo for each, what the network
 * then says of a street, the pixels whose labels change, and who makes up the scores of the pinned
 * pixel. Its **value** is the desk, the pixel and whether changes are marked; a change by the reader
 * emits *input*.
 *
 * ```js
 * const figure = mixingDesk({classes, width: 257, height: 193, ask});
 * figure.show(street);
 * figure.hear(reading, [1, 1, 1, 1, 0]);
 * ```
 *
 * Throws a RangeError, on creation or on assigning, if the value is not legal.
 */
export function mixingDesk({
  classes,
  width,
  height,
  ask,
  value: given = {},
  save = saveAs
}: MixingDeskOptions): MixingDesk {
  const size = {width, height};
  const names = classes.map(({name}) => name);
  const id = uniqueId("desk");
  const root = document.createElement("figure");
  root.className = "viz viz-desk";
  root.innerHTML = deskFrame(id);
  keepControlEvents(root);
  const initial = checkDesk({...untouched, x: null, y: null, marks: true, ...given}, size);
  let value = initial;
  let past = history<DeskSetting>(settingOf(initial));
  let street: DeskStreet | null = null;
  let heard: {reading: DeskReading; gains: readonly number[]} | null = null;
  let known: {account: DeskAccount; gains: readonly number[]} | null = null;

  const button = (name: string) => part<HTMLButtonElement>(root, `[data-do=${name}]`);
  const picture = deskPicture(classes);
  const desk = deskStrips({choose: (change, gesture) => turn(change, gesture), settle});
  const accounts = deskAccounts(classes);
  part(root, ".viz-desk-seen .viz-form-title").after(picture.stage);
  part(root, ".viz-desk-board").prepend(desk.element);
  root.append(accounts.element);
  const challenge = deskTask();
  root.append(challenge.element);
  for (const place of ["figcaption", ".viz-desk-classes"]) steadyHeight(part(root, place));

  const pin = (at: MixingDeskValue) => (at.x === null || at.y === null ? null : {x: at.x, y: at.y});
  const pixels = linkedPixels(size, [{element: picture.stage, marks: (at) => [ring(at)]}], {
    describedBy: id,
    pinned: pin(initial),
    onMove: () => undefined,
    onPin() {
      value = {...value, x: pixels.pinned?.x ?? null, y: pixels.pinned?.y ?? null};
      drawControls();
      emitInput(root);
      seek();
    }
  });

  function drawControls(): void {
    desk.show(value);
    root.querySelectorAll<HTMLButtonElement>("[data-preset]").forEach((one, i) => {
      one.setAttribute("aria-pressed", String(sameSetting(value, deskPresets[i].setting)));
    });
    button("undo").disabled = !past.canUndo;
    button("marks").setAttribute("aria-pressed", String(value.marks));
    const same = sameSetting(value, initial) && value.marks === initial.marks;
    button("reset").disabled = same && value.x === initial.x && value.y === initial.y;
    for (const name of ["png", "csv"]) button(name).disabled = heard === null;
  }

  function drawLabels(): void {
    if (street === null || heard === null) return;
    picture.draw(heard.reading.labels, value.marks ? street.plain.labels : null);
  }

  const tell = afterPaint(() => {
    judge();
    if (street === null || heard === null) return;
    const {reading, gains} = heard;
    const words = deskWords(street, reading, gains, names);
    part(root, "figcaption").textContent = words;
    picture.canvas.setAttribute("aria-label", `The street and its labels. ${words}`);
    status(costWords(reading));
    const changes = classesChanged(street, reading, CLASSES).map(({label, text}) => {
      const entry = document.createElement("span");
      entry.className = "viz-entry";
      entry.textContent = `${names[label]} ${text}`;
      entry.style.setProperty("--color", classes[label].color);
      return entry;
    });
    const lead =
      changes.length > 0 ? "IoU, in points, changes most for" : "No class’s IoU changes.";
    part(root, ".viz-desk-classes").replaceChildren(lead, ...changes);
  });

  /** Returns who makes up the pinned pixel's scores, as far as it is known. */
  function pixelAccount(): PixelAccount | null {
    const at = pin(value);
    if (at === null || known === null) return null;
    const {account} = known;
    return {
      ...at,
      encoder: encoderAccount(account, at.x, at.y, size),
      decoder: decoderAccount(account.ablation, at.x, at.y, size)
    };
  }

  const account = afterPaint(() => {
    accounts.show(pixelAccount(), pin(value), value.x !== null && !isExplained());
  });

  const isExplained = () => known !== null && sameGains(known.gains, heardGains(value));

  function judge(): void {
    if (street === null || heard === null || !sameGains(heard.gains, heardGains(value))) return;
    challenge.judge(heard.gains, street.plain.labels, heard.reading.labels);
  }

  /** Changes the desk, by the reader. */
  function turn(change: Partial<DeskSetting>, gesture?: string): void {
    const next = checkDesk({...value, ...change}, size);
    if (sameSetting(next, value)) return;
    past.push(settingOf(next), gesture);
    set(next);
    emitInput(root);
  }

  function settle(): void {
    past.settle();
  }

  function set(next: MixingDeskValue): void {
    const before = value;
    value = next;
    pixels.pinned = pin(value);
    drawControls();
    if (value.marks !== before.marks) drawLabels();
    if (!sameGains(heardGains(before), heardGains(value))) {
      root.ariaBusy = "true";
      ask();
      account();
    } else seek();
  }

  /** Shows who makes up the pinned pixel's scores, or asks for it. */
  function seek(): void {
    if (value.x !== null && !isExplained()) ask();
    account();
  }

  function status(words: string): void {
    part(root, ".viz-desk-status").textContent = words;
  }

  function say(words: string | null): void {
    const place = part(root, ".viz-error");
    place.hidden = words === null;
    place.textContent = words ?? "";
  }

  root.querySelectorAll<HTMLButtonElement>("[data-preset]").forEach((one, i) => {
    one.addEventListener("click", () => turn(deskPresets[i].setting));
  });
  button("undo").addEventListener("click", () => {
    past.undo();
    set({...value, ...past.present});
    emitInput(root);
  });
  button("marks").addEventListener("click", () => {
    set({...value, marks: !value.marks});
    emitInput(root);
  });
  button("reset").addEventListener("click", () => {
    if (!sameSetting(value, initial)) past.push(settingOf(initial));
    set(initial);
    challenge.reset();
    emitInput(root);
  });
  button("csv").addEventListener("click", () => {
    if (street === null || heard === null) return;
    save(deskCsv(street, heard.reading, heard.gains, pixelAccount(), names), "mixing-desk.csv");
  });
  button("png").addEventListener("click", () => {
    const colors = themeColors(root, [
      "--theme-background",
      "--theme-foreground",
      "--viz-tap",
      "--viz-field"
    ] as const);
    const at = pin(value);
    const panel = {title: "What the network says", canvas: picture.canvas};
    const caption = part(root, "figcaption").textContent ?? "";
    const columns = [[{...panel, marks: at === null ? [] : [ring(at)]}]];
    pngBlob(panelSheet(columns, {...size, caption}, colors)).then(
      (file) => save(file, "mixing-desk.png"),
      (error: unknown) => say(`The picture was not saved: ${(error as Error).message}.`)
    );
  });

  root.ariaBusy = "true";
  drawControls();
  account();
  const view = asView<HTMLElement, MixingDeskValue>(root, {
    get: () => ({...value}),
    set(next) {
      const to = checkDesk(next, size);
      past = history<DeskSetting>(settingOf(to));
      set(to);
    }
  });

  return Object.assign(view, {
    show(next: DeskStreet) {
      street = next;
      heard = known = null;
      challenge.reset();
      picture.show(next.picture, size);
      account();
    },
    hear(reading: DeskReading, gains: readonly number[]) {
      heard = {reading, gains};
      root.ariaBusy = String(!sameGains(gains, heardGains(value)));
      say(null);
      drawLabels();
      drawControls();
      tell();
    },
    explain(next: DeskAccount, gains: readonly number[]) {
      known = {account: next, gains};
      account();
    },
    wait(words: string) {
      root.ariaBusy = "true";
      status(words);
    },
    fail(words: string) {
      root.ariaBusy = "false";
      status("");
      say(words);
    }
  });
}
