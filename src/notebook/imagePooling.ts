import {classes} from "../model/classes.ts";
import {randomScene} from "../scenes/index.ts";
import {
  imagePooling,
  type ImagePoolingOptions,
  type ImagePoolingValue,
  type PoolingReading,
  type View
} from "../viz/index.ts";
import {asppFeed, asppSource, type AsppReader} from "./asppFeed.ts";
import type {AsppReading, AsppRequest} from "./asppReading.ts";
import {failureWords} from "./feed.ts";
import {LIGHT, plainDonors, poolingSource} from "./imagePoolingDonors.ts";
import type {LessonStreet} from "./lessonStreet.ts";
import {agreementOf} from "./predict.ts";

/** Figure 3.5: its value is whose image pooling is taken, and how the reader looks at it. */
export interface ImagePoolingFigure extends View<HTMLElement, ImagePoolingValue> {
  /** Shows another street. */
  update(street: LessonStreet): void;
  /** Ends the figure's work. */
  close(): void;
}

const BRANCH = "image_pooling/resize";
/** A narrow street at dusk with little sky; and the first of those that "New donor" goes through. */
const [NARROW, FIRST] = ["97", 12];
/** How long the figure says nothing while it waits for another reading, in milliseconds. */
const PATIENCE = 250;

/**
 * Returns the figure of what image pooling does to *street*'s labels. It asks **reader** for the
 * street itself once it comes near the screen, and then for one donor at a time, as the reader
 * chooses them. **value** is what to start from: by default with the image pooling of a picture
 * that is no street at all.
 */
export function imagePoolingFigure(
  street: LessonStreet,
  {
    reader,
    value,
    save
  }: {
    reader: AsppReader;
    value?: Partial<ImagePoolingValue>;
    save?: ImagePoolingOptions["save"];
  }
): ImagePoolingFigure {
  let open = true;
  const figure = imagePooling({
    classes,
    donors: [LIGHT, NARROW, ...plainDonors],
    donorOf: poolingSource,
    firstSeed: FIRST,
    ask: (from) => void read(from, "donor"),
    value: {from: "green", ...value},
    ...(save && {save})
  });

  // The scene, not only its picture, so that its truth comes too; the key is what others give it.
  const request = (): AsppRequest => ({
    source: {key: asppSource(street).key, scene: randomScene(street.seed)},
    maps: true
  });

  /** Asks what the network says with the image pooling of *from*, and tells the figure. */
  async function read(from: string, lane: string): Promise<void> {
    const of = street;
    const current = () => open && of === street;
    const steering =
      from === "none"
        ? {gains: {[BRANCH]: 0}}
        : {pooledFrom: poolingSource(from, of.seed).source()};
    let words = "The network takes the other vector …";
    const timer = setTimeout(() => {
      if (current() && figure.value.from === from) figure.wait(words);
    }, PATIENCE);
    try {
      const reading = await reader.read(
        `image pooling, ${lane}`,
        {...request(), ...steering},
        (next) => {
          words = next;
        }
      );
      if (reading !== null && current()) figure.read(from, poolingReading(reading));
    } catch (error) {
      if (current()) figure.fail(failureWords(error));
    } finally {
      clearTimeout(timer);
    }
  }

  figure.wait("What the network says of the street is asked for when this comes near.");
  const feed = asppFeed(figure, "image pooling", reader, request, {
    wait: (words) => figure.wait(words),
    show(reading) {
      const {width, height, canvas: picture, seed} = street;
      const {width: columns, height: rows} = pooledMap(reading);
      const own = poolingReading(reading);
      figure.show({width, height, seed, picture, columns, rows, own});
      if (figure.value.from !== "none") void read("none", "none");
    },
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
      open = false;
      feed.close();
      closeFigure();
    }
  });
}

function pooledMap({maps}: AsppReading) {
  const branch = maps?.find(({name}) => name === BRANCH);
  if (branch === undefined) throw new Error("the network’s reading is without image pooling");
  return branch.map;
}

function poolingReading(reading: AsppReading): PoolingReading {
  const {decoder: labels, decoderLogits: logits, truth} = reading;
  if (truth === null) throw new Error("the network’s reading is without a truth");
  const {channels, data} = pooledMap(reading);
  const {mIoU, perClass} = agreementOf(truth, labels);
  // It is the same at every unit.
  return {labels, logits, pooled: data.slice(0, channels), mIoU, perClass};
}
