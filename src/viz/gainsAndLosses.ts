import {wrongMap, type Labels} from "./boundaryLensData.ts";
import {boundaryLensPanes, paneNames, paneTitles} from "./boundaryLensPanes.ts";
import {
  checkCrfSettings,
  crfPresets,
  crfSettings,
  sameCrfSettings,
  type CrfSettings
} from "./crfSettings.ts";
import {gainsAndLossesChart} from "./gainsAndLossesChart.ts";
import {
  classChanges,
  MOST_THINGS,
  rightPixels,
  thingsOf,
  type HarmData,
  type LabelScores,
  type Thing
} from "./gainsAndLossesData.ts";
import {harmTasks} from "./gainsAndLossesTasks.ts";
import {thingPicker} from "./gainsAndLossesThings.ts";
import {harmSentences, thingSentence} from "./gainsAndLossesWords.ts";
import {icons} from "./icons.ts";
import type {LegendClass} from "./legend.ts";
import {panelSheet} from "./panelSheet.ts";
import {percent} from "./percent.ts";
import {pngBlob, saveAs} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {themeColors} from "./themeColors.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

export type {HarmData, LabelScores} from "./gainsAndLossesData.ts";

/** What the reader looks at, and with which CRF. */
export interface GainsAndLossesValue {
  /** Which of the street's things is magnified, from 0; the last where there are fewer. */
  thing: number;
  /** Whether wrong pixels are hatched. */
  marks: boolean;
  settings: CrfSettings;
}

export interface GainsAndLossesOptions {
  classes: readonly LegendClass[];
  /** Is told that the CRF must run with the value's settings. */
  ask: (this: void) => void;
  /** What to start from, and what Reset goes back to. Default: the first thing, denseCrf's default. */
  value?: Partial<GainsAndLossesValue>;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

export interface GainsAndLosses extends View<HTMLElement, GainsAndLossesValue> {
  /** Shows a street, its CRF being on its way. */
  show(data: HarmData): void;
  /** Shows the CRF's labels of the street shown, and how they score. */
  refine(labels: Labels, scores: LabelScores): void;
  /** Says what the figure waits for; what was shown stays. */
  wait(words: string): void;
  /** Says what went wrong, and what to do; what was shown stays. */
  fail(words: string): void;
}

/**
 * Returns a figure of what a CRF gains and loses on a street: one of its things magnified, by the
 * encoder alone, with the decoder, with the CRF and in truth; and the IoU that each class gains or
 * loses. Its **value** is the thing, whether wrong pixels are hatched, and the CRF's settings; a
 * change by the reader emits *input*.
 *
 * ```js
 * const figure = gainsAndLosses({classes, ask});
 * figure.show(data);
 * figure.refine(labels, scores);
 * ```
 *
 * Throws a RangeError, on creation or on assigning, if the value is not legal.
 */
export function gainsAndLosses({
  classes,
  ask,
  value: given = {},
  save = saveAs
}: GainsAndLossesOptions): GainsAndLosses {
  const id = uniqueId("harm");
  const root = document.createElement("figure");
  root.className = "viz viz-harm";
  root.innerHTML = `
    <p class="viz-harm-thing"></p>
    <p class="viz-error" role="alert" hidden></p>
    <div class="viz-toolbar">
      <button type="button" data-do="marks" aria-pressed="true">Mark wrong pixels</button>
      <button type="button" data-do="reset">Reset</button>
      <button type="button" data-do="png" aria-label="Save PNG of the panes">${icons.save}PNG</button>
      <button type="button" data-do="csv" aria-label="Save CSV of the classes">${icons.save}CSV</button>
    </div>
    <div class="viz-harm-below">
      <div class="viz-harm-plot"><p class="viz-harm-key"><i data-gain="true"></i>CRF gains
        <i data-gain="false"></i>CRF loses <i data-tick></i>decoder</p></div>
      <div class="viz-harm-words"><p class="viz-harm-status" role="status"></p>
        <figcaption></figcaption></div>
    </div>`;
  keepControlEvents(root);
  const names = classes.map(({name}) => name);
  const {smoothness, appearance} = crfPresets[2];
  const initial = check({thing: 0, marks: true, settings: {smoothness, appearance}, ...given});
  let value = initial;
  let data: HarmData | null = null;
  let things: readonly Thing[] = [];
  let crf: {labels: Labels; scores: LabelScores} | null = null;
  /** Whether the CRF shown is that of the settings. */
  let current = false;

  const button = (name: string) => part<HTMLButtonElement>(root, `[data-do=${name}]`);
  const panes = boundaryLensPanes(classes);
  part(root, ".viz-toolbar").before(panes.element);
  const picker = thingPicker((thing) => choose({thing}));
  root.prepend(picker.element);
  const chart = gainsAndLossesChart(classes, id);
  part(root, ".viz-harm-plot").append(chart.element);
  const settings = crfSettings(value.settings);
  part(root, ".viz-harm-below").after(settings);
  const tasks = harmTasks(names);
  root.append(...tasks.elements);
  steadyHeight(part(root, "figcaption"));
  steadyHeight(part(root, ".viz-harm-thing"));

  function check({thing, marks, settings}: GainsAndLossesValue): GainsAndLossesValue {
    if (!(Number.isInteger(thing) && thing >= 0 && thing < MOST_THINGS))
      throw new RangeError(`invalid thing: ${thing} (a whole number, 0 to ${MOST_THINGS - 1})`);
    return {thing, marks: Boolean(marks), settings: checkCrfSettings(settings)};
  }

  const chosenThing = (): Thing | undefined => things[Math.min(value.thing, things.length - 1)];

  /** Draws the crop; what the labels are has been said to the panes. */
  function draw(): void {
    settings.value = value.settings;
    const thing = chosenThing();
    button("marks").setAttribute("aria-pressed", String(value.marks));
    button("reset").disabled = same(value, initial);
    for (const name of ["png", "csv"]) button(name).disabled = data === null || crf === null;
    picker.choose(thing);
    if (data === null || thing === undefined) return;
    panes.draw(thing.box, value.marks);
    const sentence = thingSentence(thing, data, crf?.labels ?? null);
    part(root, ".viz-harm-thing").textContent =
      `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
    const maps = {encoder: data.encoder, decoder: data.decoder, crf: crf?.labels};
    for (const name of paneNames) {
      const labels =
        name === "encoder" || name === "decoder" || name === "crf" ? maps[name] : undefined;
      const text = labels
        ? `${percent(rightPixels(thing, labels) / thing.pixels.length)} right`
        : "";
      panes.say(name, text, `${paneTitles[name]}, ${thing.name}${text && `: ${text}`}`);
    }
  }

  /** Says what the labels are, and what they come to. */
  function tell(): void {
    if (data === null) return;
    const {encoder, decoder, truth} = data;
    const pane = (labels: Labels) => ({
      labels,
      marked: wrongMap(labels, {truth, others: truth, classes: classes.length})
    });
    panes.show(data, {
      encoder: pane(encoder),
      decoder: pane(decoder),
      ...(crf && {crf: pane(crf.labels)}),
      truth: {labels: truth, marked: null}
    });
    part(root, "figcaption").textContent = harmSentences(data, crf?.scores ?? null, names);
    picker.tell(data, crf?.labels ?? null);
    chart.show(crf === null ? [] : classChanges(data, crf.scores));
    judge();
    draw();
  }

  function judge(): void {
    tasks.judge(data, current && crf !== null ? crf.scores : null);
  }

  function choose(next: Partial<GainsAndLossesValue>): void {
    const before = value;
    value = check({...value, ...next});
    if (same(value, before)) return;
    draw();
    if (!sameCrfSettings(value.settings, before.settings)) rerun();
    emitInput(root);
  }

  /** The CRF shown is no longer that of the settings: it stays until the next is there. */
  function rerun(): void {
    current = false;
    judge();
    ask();
  }

  function say(words: string | null): void {
    const place = part(root, ".viz-error");
    place.hidden = words === null;
    place.textContent = words ?? "";
  }

  /** Says what the figure waits for, also where its labels will be; null ends it. */
  function status(words: string | null): void {
    root.ariaBusy = String(words !== null);
    part(root, ".viz-harm-status").textContent = words ?? "";
    panes.note("picture", data === null ? words : null);
    panes.note("crf", data !== null && crf === null ? words : null);
  }

  function sheet(): HTMLCanvasElement {
    const columns = paneNames.map((name) => [
      {title: paneTitles[name], canvas: panes.canvas(name)}
    ]);
    const colors = themeColors(root, [
      "--theme-background",
      "--theme-foreground",
      "--viz-tap",
      "--viz-field"
    ] as const);
    const words = `${part(root, ".viz-harm-thing").textContent} ${part(root, "figcaption").textContent}`;
    return panelSheet(columns, {width: 220, height: 220, caption: words}, colors);
  }

  function csv(): Blob {
    const rows = data === null || crf === null ? [] : classChanges(data, crf.scores);
    const lines = rows.map(({label, before, crf: by, decoder}) =>
      [names[label], before, before + by, before + decoder].join(",")
    );
    const head = "class,IoU of the encoder alone,with the CRF,with the decoder";
    return new Blob([`${[head, ...lines].join("\n")}\n`], {type: "text/csv"});
  }

  settings.addEventListener("input", (event) => {
    event.stopPropagation();
    choose({settings: settings.value});
  });
  button("marks").addEventListener("click", () => choose({marks: !value.marks}));
  button("reset").addEventListener("click", () => {
    choose(initial);
    tasks.reset();
    judge();
  });
  button("csv").addEventListener("click", () => save(csv(), "gains-and-losses.csv"));
  button("png").addEventListener("click", () => {
    pngBlob(sheet()).then(
      (file) => save(file, "gains-and-losses.png"),
      (error: unknown) => say(`The picture was not saved: ${(error as Error).message}.`)
    );
  });

  judge();
  draw();
  const view = asView<HTMLElement, GainsAndLossesValue>(root, {
    get: () => ({...value}),
    set(next) {
      const before = value;
      value = check(next);
      draw();
      if (!sameCrfSettings(value.settings, before.settings)) rerun();
    }
  });
  return Object.assign(view, {
    show(next: HarmData) {
      data = next;
      crf = null;
      current = false;
      say(null);
      things = thingsOf(next.truth, next, names);
      picker.offer(things);
      tell();
    },
    refine(labels: Labels, scores: LabelScores) {
      crf = {labels, scores};
      current = true;
      status(null);
      say(null);
      tell();
    },
    wait: status,
    fail(words: string) {
      status(null);
      say(words);
    }
  });
}

function same(a: GainsAndLossesValue, b: GainsAndLossesValue): boolean {
  return a.thing === b.thing && a.marks === b.marks && sameCrfSettings(a.settings, b.settings);
}
