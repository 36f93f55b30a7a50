import {afterPaint} from "./afterPaint.ts";
import {icons} from "./icons.ts";
import {poolingChart} from "./imagePoolingChart.ts";
import {
  iouChanges,
  isSeed,
  NONE,
  OWN,
  poolingChange,
  type PoolingChange,
  type PoolingDonor,
  type PoolingReading,
  type PoolingStreet
} from "./imagePoolingData.ts";
import {poolingDonors} from "./imagePoolingDonors.ts";
import {poolingCsv, poolingSheet} from "./imagePoolingFiles.ts";
import {poolingShift} from "./imagePoolingShift.ts";
import {
  checkPooling,
  samePooling,
  type ImagePooling,
  type ImagePoolingOptions,
  type ImagePoolingValue
} from "./imagePoolingValue.ts";
import {poolingTask} from "./imagePoolingTask.ts";
import {poolingVectors} from "./imagePoolingVectors.ts";
import {poolingWipe} from "./imagePoolingWipe.ts";
import {
  changeSentences,
  donorTitle,
  shareText,
  shiftSentence,
  vectorSentence,
  vectorTitle
} from "./imagePoolingWords.ts";
import {copyPicture} from "./pictureCopy.ts";
import {pngBlob, saveAs} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {onThemeChange} from "./themeColors.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId} from "./view.ts";

export type {PoolingDonor, PoolingReading, PoolingStreet} from "./imagePoolingData.ts";
export type {ImagePooling, ImagePoolingOptions, ImagePoolingValue} from "./imagePoolingValue.ts";

/**
 * Returns a figure of what image pooling does to a street's labels: those with its own vector and
 * those without one, or with another picture's, on either side of a handle; where probabilities
 * move; the vectors themselves; and the IoU that each class gains or loses. Its **value** is whose
 * image pooling is taken, where the handle is, and whether changed pixels are outlined; a change by
 * the reader emits *input*.
 *
 * ```js
 * const figure = imagePooling({classes, donors: ["sky"], donorOf, firstSeed: 100, ask});
 * figure.show(street);
 * figure.read("sky", reading);
 * ```
 *
 * Throws a RangeError, on creation or on assigning, if the value is not legal.
 */
export function imagePooling({
  classes,
  donors,
  donorOf,
  firstSeed,
  ask,
  value: given = {},
  save = saveAs
}: ImagePoolingOptions): ImagePooling {
  const closed = new AbortController();
  const id = uniqueId("pooling");
  const root = document.createElement("figure");
  root.className = "viz viz-pooling";
  root.innerHTML = `
    <div class="viz-pooling-top">
      <div class="viz-pooling-left">
        <div><p class="viz-pooling-status" role="status"></p>
          <p class="viz-error" role="alert" hidden></p></div>
        <div class="viz-toolbar">
          <button type="button" data-do="new">New donor</button>
          <button type="button" data-do="marks">Mark changed pixels</button>
          <button type="button" data-do="reset">Reset</button>
          <button type="button" data-do="png" aria-label="Save PNG of the maps">${icons.save}PNG</button>
          <button type="button" data-do="csv" aria-label="Save CSV of classes and vectors">${icons.save}CSV</button>
        </div>
      </div>
      <div class="viz-pooling-right"></div>
    </div>
    <div class="viz-pooling-below"><figcaption></figcaption></div>`;
  keepControlEvents(root);
  const names = classes.map(({name}) => name);
  const initial = checkPooling({from: NONE, wipe: 0.5, marks: true, ...given}, donors);
  let value = initial;
  let street: PoolingStreet | null = null;
  let known = new Map<string, PoolingChange>();
  /** Whose reading is shown: that of the value as soon as it is there. */
  let shown = OWN;
  /** The street that is offered beside the donors. */
  let fresh = String(firstSeed);

  const button = (name: string) => part<HTMLButtonElement>(root, `[data-do=${name}]`);
  const wipe = poolingWipe(classes, (to) => choose({wipe: to}));
  const offers = poolingDonors((from) => choose({from}));
  const shift = poolingShift();
  const vectors = poolingVectors();
  const chart = poolingChart(classes, id);
  part(root, ".viz-pooling-left").prepend(wipe.element);
  part(root, ".viz-toolbar").before(offers.element);
  part(root, ".viz-pooling-right").append(shift.element, vectors.element);
  part(root, ".viz-pooling-below").prepend(chart.element);
  const challenge = poolingTask();
  root.append(challenge.element);
  for (const place of [
    "figcaption",
    ".viz-pooling-compared",
    ".viz-pooling-moved",
    ".viz-pooling-sides"
  ])
    steadyHeight(part(root, place));

  const donor = (name: string): PoolingDonor => {
    if (name === NONE) return {key: NONE, short: "none", long: "none", draw: null};
    if (name !== OWN) return donorOf(name, street?.seed ?? 0);
    const draw = (canvas: HTMLCanvasElement) => {
      if (street === null) return;
      const whole = document.createElement("canvas");
      copyPicture(street.picture, whole);
      canvas.getContext("2d")?.drawImage(whole, 0, 0, canvas.width, canvas.height);
    };
    return {key: `own ${street?.seed}`, short: "its own", long: "this street", draw};
  };
  const named = (name: string) => ({name, long: donor(name).long});

  /** Offers the donors and a street, which is the one chosen if that is none of the others. */
  function offer(): void {
    if (isSeed(value.from) && !donors.includes(value.from)) fresh = value.from;
    const offered = [OWN, NONE, ...donors, fresh];
    offers.offer(new Map(offered.map((name) => [name, donor(name)])), street !== null);
    for (const name of known.keys())
      if (!offered.includes(name) && name !== shown) known.delete(name);
    for (const name of offered) {
      const share = known.get(name)?.share;
      offers.say(name, share === undefined || name === OWN ? "" : shareText(share));
    }
    offers.choose(value.from);
  }

  /** What the reader moves is seen at once; what is only told follows the paint. */
  function draw(): void {
    wipe.place(value.wipe);
    button("marks").setAttribute("aria-pressed", String(value.marks));
    button("reset").disabled = samePooling(value, initial);
    for (const name of ["png", "csv"]) button(name).disabled = !known.has(shown);
  }

  function drawLabels(): void {
    const other = known.get(shown)?.reading;
    if (street !== null) wipe.draw(street.own.labels, (other ?? street.own).labels, value.marks);
  }

  const tell = afterPaint(() => {
    const now = known.get(shown);
    if (street === null || now === undefined || !root.isConnected) return;
    const {reading} = now;
    const removed = known.get(NONE)?.reading ?? null;
    const who = named(shown);
    const titles = {own: "With its own", other: donorTitle(who)};
    const words = changeSentences(street, reading, removed, who, names);
    wipe.say(
      titles,
      `The street, labeled with its own image pooling on the left of the handle; ` +
        `right of it: ${titles.other.toLowerCase()}. ${words}`
    );
    part(root, "figcaption").textContent = words;
    shift.draw(now.shift, {map: street.own.labels, width: street.width});
    shift.say(shiftSentence(now.shift.data));
    const other = shown === OWN ? null : {values: reading.pooled, title: vectorTitle(who)};
    vectors.show(street.own.pooled, other);
    vectors.say(vectorSentence(street.own, reading, who));
    chart.show(iouChanges(street.own, reading));
    judge();
  });

  function judge(): void {
    challenge.judge(named(value.from), known.get(value.from)?.share, known.get(NONE)?.share);
  }

  /** Shows what the value asks for, or asks for it. */
  function look(): void {
    if (street === null) return;
    if (known.has(value.from)) {
      shown = value.from;
      status(null);
      drawLabels();
    } else ask(value.from);
    tell();
  }

  function turn(next: ImagePoolingValue): void {
    const before = value;
    value = next;
    if (value.from !== before.from) offer();
    draw();
    if (value.from !== before.from) look();
    else if (value.marks !== before.marks) drawLabels();
  }

  function choose(next: Partial<ImagePoolingValue>): void {
    const to = checkPooling({...value, ...next}, donors);
    if (samePooling(to, value)) return;
    turn(to);
    emitInput(root);
  }

  function say(words: string | null): void {
    const place = part(root, ".viz-error");
    place.hidden = words === null;
    place.textContent = words ?? "";
  }

  function status(words: string | null): void {
    root.ariaBusy = String(words !== null);
    part(root, ".viz-pooling-status").textContent = words ?? "";
  }

  button("new").addEventListener("click", () => {
    let next = (Number(fresh) + 1) % 2 ** 32;
    while (next === street?.seed || donors.includes(String(next))) next = (next + 1) % 2 ** 32;
    choose({from: String(next)});
  });
  button("marks").addEventListener("click", () => choose({marks: !value.marks}));
  button("reset").addEventListener("click", () => {
    choose(initial);
    challenge.reset();
    judge();
  });
  button("csv").addEventListener("click", () => {
    const now = known.get(shown);
    if (street === null || now === undefined) return;
    save(poolingCsv(street.own, now.reading, shown, names), "image-pooling.csv");
  });
  button("png").addEventListener("click", () => {
    const title = donorTitle(named(shown));
    pngBlob(poolingSheet(root, {...wipe.canvases, shift: shift.canvas, title})).then(
      (file) => save(file, "image-pooling.png"),
      (error: unknown) => say(`The picture was not saved: ${(error as Error).message}.`)
    );
  });
  onThemeChange(() => shift.recolor(), closed.signal);

  judge();
  offer();
  draw();
  const view = asView<HTMLElement, ImagePoolingValue>(root, {
    get: () => ({...value}),
    set: (next) => turn(checkPooling(next, donors))
  });

  return Object.assign(view, {
    show(next: PoolingStreet) {
      street = next;
      known = new Map([[OWN, poolingChange(next.own, next.own)]]);
      shown = OWN;
      say(null);
      challenge.reset();
      wipe.show(next.picture, next);
      offer();
      drawLabels();
      look();
      draw();
    },
    read(from: string, reading: PoolingReading) {
      if (street === null) return;
      const change = poolingChange(street.own, reading);
      known.set(from, change);
      offers.say(from, shareText(change.share));
      say(null);
      if (from === value.from) look();
      else tell();
      draw();
    },
    wait: status,
    fail(words: string) {
      status(null);
      say(words);
    },
    close: () => closed.abort()
  });
}
