import {featureMaps, type FeatureMap, type MapAgreement} from "./featureMaps.ts";
import {icons} from "./icons.ts";
import {integerField, type IntegerField} from "./integerField.ts";
import {saveAs, svgBlob} from "./saveAs.ts";
import {stripChart} from "./stripChart.ts";
import {strideTable} from "./strideTable.ts";
import {changedBlocks, checkReadings, readingsCsv, tradeOf} from "./strideTrade.ts";
import type {StripBlock, StripReading} from "./strideTrade.ts";
import {
  agreementSentence,
  blockName,
  blockWords,
  stripCaption,
  tradeNote,
  tradeSentence
} from "./strideWords.ts";
import {task} from "./task.ts";
import {onThemeChange} from "./themeColors.ts";
import {thumbnail} from "./thumbnail.ts";
import {reducedMotion} from "./transport.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

/** What the reader turned to. */
export interface StripChoice {
  outputStride: number;
  /** The name of a block. */
  layer: string;
  /** A channel of that block's map. */
  channel: number;
}

/** What the network computed of one block, by output stride. */
export interface BlockFeatures {
  readonly name: string;
  readonly maps: Readonly<Record<number, FeatureMap>>;
  /** How far each finer map is from the coarsest. */
  readonly agreement: Readonly<Record<number, MapAgreement>>;
}

export interface OutputStrideStripOptions {
  /** The picture's size in pixels, at which the readings were taken. */
  pictureSize: readonly [height: number, width: number];
  /** The choice to start from, to which Reset returns. Default 16, the last block, 0. */
  outputStride?: number;
  layer?: string;
  channel?: number;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

export interface OutputStrideStrip extends View<HTMLElement, StripChoice> {
  /** Shows another picture, or what the network computed of one; null until it has. */
  update(data: {picture?: HTMLCanvasElement; features?: readonly BlockFeatures[] | null}): void;
  /** Says in place of features where they stand: what is loaded, or what went wrong. */
  status(text: string, kind?: "waiting" | "error"): void;
  /** Lets go of the page, whose colors the figure follows. */
  close(): void;
}

/**
 * Returns a figure of a backbone as a strip of blocks, at an output stride that the reader turns:
 * *readings* holds the same blocks at each. Strides become rates, maps stay large, receptive fields
 * stay put, and the cost grows. Below, one channel of the selected block's map at the chosen output
 * stride and at the coarsest, once {@link OutputStrideStrip.update} has features.
 *
 * ```js
 * const choice = view(outputStrideStrip(readings, {pictureSize: [193, 257]}));
 * ```
 *
 * Its **value** is *outputStride*, *layer* and *channel*; a change by the reader emits *input*.
 * Pointing at a block shows it without selecting it; a click, a finger or the arrow keys select.
 * Throws a RangeError for readings that are not of the same blocks, and if a value that is assigned
 * names no output stride, block or channel there is.
 */
export function outputStrideStrip(
  given: readonly StripReading[],
  {
    pictureSize: [pictureHeight, pictureWidth],
    outputStride = 16,
    layer = given.at(-1)?.blocks.at(-1)?.name ?? "",
    channel = 0,
    save = saveAs
  }: OutputStrideStripOptions
): OutputStrideStrip {
  const readings = checkReadings(given);
  const [coarsest] = readings;
  const strides = readings.map((reading) => reading.outputStride);
  const count = coarsest.blocks.length;
  const initial = check({outputStride, layer, channel});
  let value = initial;
  let wanted = channel; // what was asked for, where a block has fewer channels
  let pointed: number | null = null;
  let picture: string | null = null;
  let features: ReadonlyMap<string, BlockFeatures> | null = null;

  const id = uniqueId("strip");
  const root = document.createElement("figure");
  root.className = "viz viz-strip";
  root.innerHTML = `
    <div class="viz-strip-controls">
      <fieldset><legend>Output stride</legend><div class="viz-segmented"></div></fieldset>
      <p class="viz-strip-change" aria-live="polite"></p>
      <div class="viz-toolbar">
        <button type="button" data-do="reset">Reset</button>
        <button type="button" data-do="svg" aria-label="Save SVG">${icons.save}SVG</button>
        <button type="button" data-do="csv" aria-label="Save CSV">${icons.save}CSV</button>
      </div>
    </div>
    <div class="viz-strip-blocks" tabindex="0" role="slider" aria-label="Block of the backbone"
      aria-valuemin="1" aria-valuemax="${count}" aria-describedby="${id}-caption"></div>
    <figcaption id="${id}-caption"></figcaption>
    <div class="viz-strip-below">
      <div class="viz-strip-check" data-state="waiting">
        <div class="viz-strip-channel"></div>
        <p class="viz-strip-status" role="status"></p>
        <p class="viz-strip-verdict" aria-live="polite"></p>
      </div>
    </div>`;
  keepControlEvents(root);
  const slider = part(root, ".viz-strip-blocks");
  const radios = strides.map((stride) => {
    const label = document.createElement("label");
    label.innerHTML = `<input type="radio" name="${id}-stride" value="${stride}"><span>${stride}</span>`;
    part(root, ".viz-segmented").append(label);
    return part<HTMLInputElement>(label, "input");
  });
  const chart = stripChart(
    (i) => {
      if (i === pointed) return;
      pointed = i;
      refresh();
    },
    (i) => choose({layer: coarsest.blocks[i].name})
  );
  slider.append(chart.element);
  const table = strideTable(readings);
  part(root, ".viz-strip-below").prepend(table.element);
  const maps = featureMaps();
  const closed = new AbortController();
  onThemeChange(maps.repaint, closed.signal);
  part(root, ".viz-strip-status").after(maps.element);
  const attempt = task(
    `Find a block that costs more than at output stride ${coarsest.outputStride}, though its ` +
      `kernel has no holes.`
  );
  root.append(attempt.element);
  const channelFields = new Map<number, IntegerField>();

  function numberOf(name: string): number {
    return coarsest.blocks.findIndex((block) => block.name === name);
  }

  function readingAt(stride: number): StripReading {
    return readings[strides.indexOf(stride)];
  }

  function check(choice: StripChoice): StripChoice {
    const {outputStride, layer, channel} = choice;
    if (!strides.includes(outputStride))
      throw new RangeError(`invalid output stride: ${outputStride} (${strides.join(", ")})`);
    const block = coarsest.blocks[numberOf(layer)];
    if (!(block as StripBlock | undefined)) throw new RangeError(`no block named ${layer}`);
    if (!(Number.isInteger(channel) && channel >= 0 && channel < block.channels))
      throw new RangeError(`invalid channel: ${channel} (${layer} has 0 to ${block.channels - 1})`);
    return {outputStride, layer, channel};
  }

  function choose(next: Partial<StripChoice>): void {
    const before = value;
    if (next.channel !== undefined) wanted = next.channel;
    const chosen = {...value, ...next};
    const {channels} = coarsest.blocks[numberOf(chosen.layer)];
    value = {...chosen, channel: Math.min(wanted, channels - 1)};
    if (
      value.outputStride === before.outputStride &&
      value.layer === before.layer &&
      value.channel === before.channel
    )
      return;
    const turned = value.outputStride !== before.outputStride;
    const still = reducedMotion();
    refresh({
      moving: turned && !still,
      ringed:
        turned && !still
          ? changedBlocks(readingAt(before.outputStride), readingAt(value.outputStride))
          : []
    });
    emitInput(root);
  }

  function refresh(motion: {moving?: boolean; ringed?: readonly number[]} = {}): void {
    const reading = readingAt(value.outputStride);
    const selected = numberOf(value.layer);
    const shown = pointed ?? selected;
    const data = {reading, readings, selected, pointed, pictureHeight, picture};
    chart.update(data, motion);
    radios.forEach((radio) => (radio.checked = Number(radio.value) === value.outputStride));
    part<HTMLButtonElement>(root, "[data-do=reset]").disabled =
      value.outputStride === initial.outputStride &&
      value.layer === initial.layer &&
      value.channel === initial.channel;
    write(".viz-strip-change", tradeSentence(reading, coarsest));
    write("figcaption", stripCaption(reading, readings, [pictureHeight, pictureWidth]));
    slider.setAttribute("aria-valuenow", String(selected + 1));
    slider.setAttribute("aria-valuetext", blockWords(reading.blocks[selected]));
    table.update(shown, reading);
    showFeatures(shown);
    attempt.update(
      tradeOf(reading, coarsest, selected).withoutHoles,
      tradeNote(reading, coarsest, selected)
    );
  }

  function write(selector: string, text: string): void {
    const element = part(root, selector);
    if (element.textContent !== text) element.textContent = text;
  }

  function showFeatures(shown: number): void {
    const block = readingAt(value.outputStride).blocks[shown];
    const found = features?.get(block.name);
    showChannelField(coarsest.blocks[numberOf(value.layer)].channels);
    if (!found) return write(".viz-strip-verdict", "");
    // A picture of the coarsest map beside itself would say nothing: compare the next one.
    const fineStride =
      value.outputStride === coarsest.outputStride ? strides[1] : value.outputStride;
    const shownChannel = Math.min(wanted, block.channels - 1);
    const agreement = found.agreement[fineStride];
    maps.update({
      title: `${blockName(block)}, channel ${shownChannel}`,
      fine: found.maps[fineStride],
      coarse: found.maps[coarsest.outputStride],
      fineStride,
      coarseStride: coarsest.outputStride,
      channel: shownChannel,
      step: agreement.step
    });
    write(".viz-strip-verdict", agreementSentence(block, agreement));
  }

  function showChannelField(channels: number): void {
    const holder = part(root, ".viz-strip-channel");
    let field = channelFields.get(channels);
    if (!field) {
      field = integerField("Channel", 0, {
        min: 0,
        max: channels - 1,
        reason: (end) =>
          end === 0
            ? `Channels are numbered from 0 to ${channels - 1}.`
            : `${end} is the last of this block’s ${channels} channels.`
      });
      const made = field;
      made.addEventListener("input", () => choose({channel: made.value}));
      channelFields.set(channels, made);
    }
    if (field.value !== value.channel) field.value = value.channel;
    if (holder.firstChild !== field) holder.replaceChildren(field);
  }

  for (const radio of radios)
    radio.addEventListener("change", () => choose({outputStride: Number(radio.value)}));
  part(root, "[data-do=reset]").addEventListener("click", () => choose(initial));
  part(root, "[data-do=svg]").addEventListener("click", () =>
    save(svgBlob(chart.element), "output-stride.svg")
  );
  part(root, "[data-do=csv]").addEventListener("click", () =>
    save(new Blob([readingsCsv(readings)], {type: "text/csv"}), "output-stride.csv")
  );
  slider.addEventListener("keydown", (event) => {
    const at = numberOf(value.layer);
    const moves: Record<string, number> = {
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      Home: 0,
      End: count - 1,
      Escape: numberOf(initial.layer)
    };
    if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    pointed = null;
    choose({layer: coarsest.blocks[Math.max(0, Math.min(count - 1, moves[event.key]))].name});
  });

  refresh();
  const view = asView<HTMLElement, StripChoice>(root, {
    get: () => ({...value}),
    set(next) {
      value = check(next);
      wanted = value.channel;
      refresh();
    }
  });
  return Object.assign(view, {
    update(data: {picture?: HTMLCanvasElement; features?: readonly BlockFeatures[] | null}) {
      if (data.picture) picture = thumbnail(data.picture, 540);
      if (data.features !== undefined)
        features = data.features && new Map(data.features.map((block) => [block.name, block]));
      if (data.features) {
        part(root, ".viz-strip-check").dataset.state = "ready";
        write(".viz-strip-status", "");
      }
      refresh();
    },
    status(text: string, kind: "waiting" | "error" = "waiting") {
      // Features of the picture before stay, faint, until the next are there.
      const state = kind === "waiting" && features ? "stale" : kind;
      part(root, ".viz-strip-check").dataset.state = state;
      write(".viz-strip-status", text);
    },
    close: () => closed.abort()
  });
}
