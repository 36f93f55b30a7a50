import {classes} from "../model/classes.ts";
import {
  branchVoices,
  type BranchVoicesOptions,
  type BranchVoicesValue,
  type Voice,
  type VoicesData
} from "../viz/branchVoices.ts";
import type {View} from "../viz/view.ts";
import {asppFeed, asppSource, type AsppReader} from "./asppFeed.ts";
import type {AsppReading} from "./asppReading.ts";
import type {LessonStreet} from "./lessonStreet.ts";

/** Figure 3.1: its value is the pinned pixel, what the maps show, and whose taps stand out. */
export interface BranchVoicesFigure extends View<HTMLElement, BranchVoicesValue> {
  /** Shows another street; the pin stays. */
  update(street: LessonStreet): void;
  /** Ends the figure's work. */
  close(): void;
}

/** What each branch of the shipped network has. */
const CHANNELS = 96;

/**
 * Returns the figure of what ASPP's branches say of a pixel of *street*, which it asks **reader** for
 * once it comes near the screen. **value** is what to start from.
 */
export function branchVoicesFigure(
  street: LessonStreet,
  {
    reader,
    value,
    save
  }: {
    reader: AsppReader;
    value?: Partial<BranchVoicesValue>;
    save?: BranchVoicesOptions["save"];
  }
): BranchVoicesFigure {
  const {width, height} = street;
  const figure = branchVoices({
    ...{classes, width, height, channels: CHANNELS},
    ...(value && {value}),
    ...(save && {save})
  });
  figure.wait("What the network says of the street is asked for when this comes near.");
  const request = () => ({source: asppSource(street), maps: true, votes: true});
  const feed = asppFeed(figure, "branch voices", reader, request, {
    wait: (words) => figure.wait(words),
    show: (reading) => figure.show(voicesOf(reading, street)),
    fail: (words) => figure.fail(words)
  });
  const closeFigure = figure.close;
  return Object.assign(figure, {
    update(next: LessonStreet) {
      if (next === street) return;
      street = next;
      feed.ask();
    },
    close() {
      feed.close();
      closeFigure();
    }
  });
}

/** Returns a reading as the figure takes it: the branches in order of growing view. */
export function voicesOf(
  {maps, votes, rates, encoderLogits}: AsppReading,
  {width, height, canvas: picture}: Pick<LessonStreet, "width" | "height" | "canvas">
): VoicesData {
  if (maps === null || votes === null)
    throw new Error("the network’s reading is without maps or votes");
  // The network has image pooling first, then 1×1 and the rates.
  const voices = votes.branches.map(({votes: own}, i): Voice => ({
    rate: i === 0 ? null : i === 1 ? 0 : rates[i - 2],
    map: maps[i].map.data,
    votes: own
  }));
  return {
    ...{width, height, picture, classes: votes.classes, bias: votes.bias},
    ...{columns: votes.width, rows: votes.height, channels: CHANNELS},
    voices: [...voices.slice(1), ...voices.slice(0, 1)],
    logits: encoderLogits.data
  };
}
