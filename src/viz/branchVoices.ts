import {afterPaint} from "./afterPaint.ts";
import {voiceCards} from "./branchVoicesCards.ts";
import {poll, roundUp, stepOf, unitAt, type Poll, type VoicesData} from "./branchVoicesData.ts";
import {voicesCsv, voicesSheet} from "./branchVoicesFiles.ts";
import {voicesFrame} from "./branchVoicesFrame.ts";
import {faintStreet, paintMap, voiceMaps} from "./branchVoicesMaps.ts";
import {voicesStage} from "./branchVoicesStage.ts";
import {voicesTotal} from "./branchVoicesTotal.ts";
import {
  BRANCHES,
  checkVoices,
  sameVoices,
  type BranchVoices,
  type BranchVoicesOptions,
  type BranchVoicesValue
} from "./branchVoicesValue.ts";
import {
  keyWords,
  mapWords,
  reachWords,
  taskNote,
  unitWords,
  voiceTitle,
  voteWords
} from "./branchVoicesWords.ts";
import {integerField} from "./integerField.ts";
import {linkedPixels, ring} from "./linkedPixels.ts";
import {pngBlob, saveAs} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {task} from "./task.ts";
import {onThemeChange, themeColors} from "./themeColors.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId} from "./view.ts";

export type {Voice, VoicesData} from "./branchVoicesData.ts";
export type {BranchVoices, BranchVoicesOptions, BranchVoicesValue} from "./branchVoicesValue.ts";

/** The widest of the three rates. */
const WIDEST = 3;
/** A unit of street 23's road where the branches name five classes, and rate 6 alone the road. */
const FIRST = {x: 96, y: 128, map: "votes", label: 3, channel: 0, branch: 2} as const;

/**
 * Returns a figure of what ASPP's five branches say of one pixel: the taps of each on the street at
 * true size, a map of each, and its votes for the classes of the encoder's head, which sum with the
 * bias to its logits. Its **value** is the pinned pixel, what the maps show, and whose taps stand
 * out; a change by the reader emits *input*. Pointing shows another pixel until the pointer leaves.
 *
 * ```js
 * const figure = branchVoices({classes, width: 257, height: 193, channels: 96});
 * figure.show(data);
 * ```
 *
 * Throws a RangeError, on creation or on assigning, if the value is not legal.
 */
export function branchVoices(options: BranchVoicesOptions): BranchVoices {
  const {classes, width, height, channels, save = saveAs} = options;
  const closed = new AbortController();
  const id = uniqueId("voices");
  const root = document.createElement("figure");
  root.className = "viz viz-voices";
  root.innerHTML = voicesFrame(id, classes);
  keepControlEvents(root);
  const names = classes.map(({name}) => name);
  const initial = checkVoices({...FIRST, ...options.value}, options);
  let value = initial;
  let shown: {data: VoicesData; poll: Poll; faint: HTMLCanvasElement} | null = null;
  let ink = "#000";
  /** Where the scales of the maps and of the bars end. */
  let [mapEnd, barEnd] = [1, 1];

  const button = (name: string) => part<HTMLButtonElement>(root, `[data-do=${name}]`);
  const select = part<HTMLSelectElement>(root, "select");
  const radios = [...root.querySelectorAll<HTMLInputElement>("[type=radio]")];
  const field = integerField("Channel", value.channel, {
    min: 0,
    max: channels - 1,
    reason: (at) => (at === 0 ? "Channels count from 0." : `Each branch has ${channels} channels.`)
  });
  part(root, ".viz-voices-which").append(field);
  const stage = voicesStage({width, height});
  part(root, ".viz-voices-left").append(stage.element);
  const total = voicesTotal(classes);
  part(root, ".viz-voices-right").append(total.element);
  const cards = voiceCards(classes, (branch) => choose({branch}));
  part(root, ".viz-voices-cards").append(...cards.map(({element}) => element));
  const challenge = task(
    "Find a place where rate 9, the widest kernel, pushes the winning class more than any other branch."
  );
  root.append(challenge.element);
  steadyHeight(part(root, "figcaption"));
  steadyHeight(part(root, ".viz-voices-biased"));

  const pixels = linkedPixels(
    {width, height},
    [
      {element: stage.street, marks: (at) => [ring(at)]},
      ...cards.map((card) => ({element: card.stage, marks: unitMark}))
    ],
    {
      describedBy: `${id}-words`,
      pinned: {x: value.x, y: value.y},
      onMove: look,
      onPin() {
        // There is always one: letting go goes back to it.
        if (pixels.pinned === null) pixels.pinned = {x: value.x, y: value.y};
        look();
        choose(pixels.pinned ?? {});
      }
    }
  );
  const current = () => pixels.current ?? value;

  function unitMark(at: {x: number; y: number}) {
    if (shown === null) return [];
    const {data} = shown;
    const [step, unit] = [stepOf(data), unitAt(at, data)];
    const d = `M${(unit.x - 0.5) * step},${(unit.y - 0.5) * step}h${step}v${step}h${-step}Z`;
    return [{kind: "tap" as const, d}];
  }

  /** Shows the unit under the current pixel: taps and bars at once, words after the paint. */
  function look(): void {
    if (shown === null) return;
    const {data, poll} = shown;
    const unit = unitAt(current(), data);
    const at = unit.y * data.columns + unit.x;
    const here = (all: Float32Array) =>
      all.subarray(at * classes.length, (at + 1) * classes.length);
    const voices = poll.voices.map(here);
    const bias = here(poll.bias);
    let most = 0;
    for (const own of [...voices, bias])
      for (const one of own) most = Math.max(most, Math.abs(one));
    barEnd = roundUp(most);
    const winner = poll.winners[at];
    stage.draw(unit, value.branch);
    cards.forEach(({bars}, i) => bars.draw(voices[i], barEnd, winner, ink));
    total.draw(here(poll.total), bias, winner, barEnd, ink);
    tell();
  }

  const tell = afterPaint(() => {
    if (shown === null || !root.isConnected) return;
    const {data, poll} = shown;
    const unit = unitAt(current(), data);
    const from = (unit.y * data.columns + unit.x) * classes.length;
    const key = keyWords(value, names, mapEnd);
    cards.forEach((card, i) =>
      card.say({
        reach: reachWords(data.voices[i], unit, data),
        votes: voteWords(poll.voices[i].subarray(from, from + classes.length), names),
        map: key
      })
    );
    total.say();
    part(root, ".viz-voices-key").textContent =
      `${key} Bars: votes at the marked unit, ±${barEnd}.`;
    part(root, "figcaption").textContent =
      `${unitWords(unit, data, poll, names)} ${mapWords(data, poll)}`;
    judge();
  });

  /** The task is solved by a pin, not by passing over. */
  function judge(): void {
    if (shown === null) return challenge.update(false, "Waiting for the network.");
    const {data, poll} = shown;
    const unit = unitAt(value, data);
    const leader = poll.leaders[unit.y * data.columns + unit.x];
    challenge.update(leader === WIDEST, taskNote(unit, data, poll, names));
  }

  function drawMaps(): void {
    if (shown === null) return;
    const {data, poll, faint} = shown;
    const theme = themeColors(root, ["--viz-positive", "--viz-negative", "--viz-field"] as const);
    const maps = voiceMaps(data, poll, value, classes, {
      positive: theme["--viz-positive"],
      negative: theme["--viz-negative"],
      field: theme["--viz-field"]
    });
    mapEnd = maps.end;
    cards.forEach(({canvas}, i) => paintMap(canvas, maps, i, data, faint));
    tell();
  }

  function refresh(): void {
    for (const radio of radios) radio.checked = radio.value === value.map;
    select.value = String(value.label);
    part(root, ".viz-voices-class").dataset.shown = String(value.map === "class");
    field.dataset.shown = String(value.map === "channel");
    if (field.value !== value.channel) field.value = value.channel;
    cards.forEach((card, i) => card.press(i === value.branch));
    button("reset").disabled = sameVoices(value, initial);
    for (const name of ["png", "csv"]) button(name).disabled = shown === null;
  }

  function turn(next: BranchVoicesValue): void {
    const before = value;
    value = next;
    refresh();
    if (next.x !== before.x || next.y !== before.y || next.branch !== before.branch) look();
    if (
      next.map !== before.map ||
      (next.map === "class" && next.label !== before.label) ||
      (next.map === "channel" && next.channel !== before.channel)
    )
      drawMaps();
  }

  function choose(change: Partial<BranchVoicesValue>): void {
    const next = checkVoices({...value, ...change}, options);
    if (sameVoices(next, value)) return;
    turn(next);
    emitInput(root);
  }

  function point(): void {
    pixels.pinned = {x: value.x, y: value.y};
  }

  function recolor(): void {
    if (shown === null) return;
    const theme = themeColors(root, ["--theme-foreground", "--theme-background"] as const);
    ink = theme["--theme-foreground"];
    shown.faint = faintStreet(stage.picture, theme["--theme-background"]);
    drawMaps();
    look();
  }

  function say(words: string | null): void {
    const place = part(root, ".viz-error");
    place.hidden = words === null;
    place.textContent = words ?? "";
  }

  function status(words: string | null): void {
    root.ariaBusy = String(words !== null);
    part(root, ".viz-voices-status").textContent = words ?? "";
  }

  for (const radio of radios)
    radio.addEventListener("change", () => choose({map: radio.value as BranchVoicesValue["map"]}));
  select.addEventListener("change", () => choose({label: Number(select.value)}));
  field.addEventListener("input", () => choose({channel: field.value}));
  button("reset").addEventListener("click", () => {
    challenge.reset();
    choose(initial);
    point();
    look();
  });
  button("csv").addEventListener("click", () => {
    if (shown !== null) save(voicesCsv(value, shown.data, names), "branch-votes.csv");
  });
  button("png").addEventListener("click", () => {
    if (shown === null) return;
    const [picture, maps] = [stage.picture, cards.map(({canvas}) => canvas)];
    const {branch} = value;
    pngBlob(voicesSheet(root, {picture, maps, pixel: value, branch, data: shown.data})).then(
      (file) => save(file, "branch-votes.png"),
      (error: unknown) => say(`The picture was not saved: ${(error as Error).message}.`)
    );
  });
  onThemeChange(recolor, closed.signal);

  refresh();
  judge();
  const view = asView<HTMLElement, BranchVoicesValue>(root, {
    get: () => ({...value}),
    set(next) {
      turn(checkVoices(next, options));
      point();
      look();
    }
  });
  return Object.assign(view, {
    show(data: VoicesData) {
      if (data.voices.length !== BRANCHES)
        throw new RangeError(`invalid voices: ${data.voices.length} (${BRANCHES} are needed)`);
      stage.show(data);
      shown = {data, poll: poll(data), faint: stage.picture};
      cards.forEach((card, i) => card.name(voiceTitle(data.voices[i])));
      status(null);
      say(null);
      challenge.reset();
      refresh();
      recolor();
      pixels.redraw();
    },
    wait: status,
    fail(words: string) {
      status(null);
      say(words);
    },
    close: () => closed.abort()
  });
}
