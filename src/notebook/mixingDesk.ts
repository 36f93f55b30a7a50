import type {Logits} from "../model/logits.ts";
import {classes} from "../model/classes.ts";
import {randomScene} from "../scenes/index.ts";
import {
  heardGains,
  mixingDesk,
  sameGains,
  strips,
  type DeskReading,
  type MixingDeskOptions,
  type MixingDeskValue,
  type View
} from "../viz/index.ts";
import {asppFeed, asppSource, type AsppReader} from "./asppFeed.ts";
import type {AsppReading} from "./asppReading.ts";
import {failureWords} from "./feed.ts";
import type {LessonStreet} from "./lessonStreet.ts";
import {agreementOf} from "./predict.ts";

/** Figure 3.2: its value is the desk, the pinned pixel, and whether changed pixels are marked. */
export interface MixingDeskFigure extends View<HTMLElement, MixingDeskValue> {
  /** Shows another street. */
  update(street: LessonStreet): void;
  /** Ends the figure's work. */
  close(): void;
}

/** The branches of the strips, from left to right, by their names in the network. */
const branches: Readonly<Record<(typeof strips)[number]["key"], string>> = {
  one: "aspp0",
  r3: "aspp1_pointwise",
  r6: "aspp2_pointwise",
  r9: "aspp3_pointwise",
  pool: "image_pooling/resize"
};
/** How long the desk must rest before it is asked who makes up the scores, in milliseconds. */
const REST = 150;
/** On the pedestrian of street 23, to whom rate 3 adds most. */
const PIN = {x: 141, y: 95};

/** Returns the factors of the strips' branches as they are asked for, by name. */
export function deskGains(gains: readonly number[]): Record<string, number> {
  return Object.fromEntries(strips.map(({key}, i) => [branches[key], gains[i]]));
}

/**
 * Returns the mixing desk of *street*. It asks **reader** for what the network says once it comes
 * near the screen, and with every move of the desk; and for who makes up the scores of the pinned
 * pixel once the desk rests. **value** is what to start from: by default untouched, with a pixel.
 */
export function mixingDeskFigure(
  street: LessonStreet,
  {
    reader,
    value,
    save
  }: {
    reader: AsppReader;
    value?: Partial<MixingDeskValue>;
    save?: MixingDeskOptions["save"];
  }
): MixingDeskFigure {
  let open = true;
  /** The street of which the figure knows what the network says with the desk untouched. */
  let shown: LessonStreet | null = null;
  let rest: ReturnType<typeof setTimeout> | undefined;
  /** Counts what was asked: what comes after more was asked is late. */
  let asked = 0;

  const figure = mixingDesk({
    ...{classes, width: street.width, height: street.height, ask},
    value: {...PIN, ...value},
    ...(save && {save})
  });

  // The scene, not only its picture, so that its truth comes too; the key is what others give it.
  const source = () => ({key: asppSource(street).key, scene: randomScene(street.seed)});
  const feed = asppFeed(
    figure,
    "mixing desk",
    reader,
    () => ({source: source(), gains: deskGains(heardGains(figure.value))}),
    {
      wait: (words) => figure.wait(words),
      show: (reading, {gains}) => void attempt(() => hear(reading, gains ?? {})),
      fail: (words) => figure.fail(words)
    }
  );

  function ask(): void {
    ++asked;
    clearTimeout(rest);
    feed.ask();
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (open) figure.fail(failureWords(error));
    }
  }

  /** Shows a reading; and when the desk then rests, asks who makes it up. */
  async function hear(reading: AsppReading, given: Readonly<Record<string, number>>) {
    const of = street;
    const gains = strips.map(({key}) => given[branches[key]]);
    if (shown !== of) {
      const plain = gains.every((gain) => gain === 1)
        ? reading
        : await reader.read("mixing desk, untouched", {source: source()});
      if (plain === null || !open || of !== street) return;
      shown = of;
      const {width, height, canvas: picture} = of;
      figure.show({width, height, picture, plain: deskReading(plain)});
    }
    figure.hear(deskReading(reading), gains);
    clearTimeout(rest);
    if (sameGains(gains, heardGains(figure.value)))
      rest = setTimeout(() => void attempt(() => explain(gains)), REST);
  }

  /** Asks who makes up the scores: a pass for the shares, and one for each branch muted besides. */
  async function explain(gains: readonly number[]): Promise<void> {
    if (figure.value.x === null) return;
    const turn = asked;
    const current = () => open && turn === asked;
    const read = (factors: readonly number[], votes = false) =>
      current()
        ? reader.read("mixing desk, account", {
            ...{source: source(), gains: deskGains(factors), votes}
          })
        : null;
    const now = await read(gains, true);
    if (!now?.votes) return;
    const {votes, decoderLogits: decoder} = now;
    const without: Logits[] = [];
    for (const muted of gains.keys()) {
      const reading =
        gains[muted] === 0 ? now : await read(gains.map((gain, i) => (i === muted ? 0 : gain)));
      if (!reading) return;
      without.push(reading.decoderLogits);
    }
    const silent = (await read(gains.map(() => 0)))?.decoderLogits;
    if (silent === undefined || !current()) return;
    const places = strips.map(({key}) =>
      votes.branches.findIndex(({name}) => name === branches[key])
    );
    figure.explain({votes, places, ablation: {decoder, without, silent}}, gains);
  }

  figure.wait("What the network says of the street is asked for when this comes near.");
  return Object.assign(figure, {
    update(next: LessonStreet) {
      if (next === street) return;
      street = next;
      ask();
    },
    close() {
      open = false;
      clearTimeout(rest);
      feed.close();
    }
  });
}

function deskReading(reading: AsppReading): DeskReading {
  const {decoder: labels, truth, computed, layers, milliseconds} = reading;
  if (truth === null) throw new Error("the network’s reading is without a truth");
  const {mIoU, perClass} = agreementOf(truth, labels);
  return {labels, mIoU, perClass, computed: computed.length, layers, milliseconds};
}
