import {classes} from "../model/classes.ts";
import {
  addableKinds,
  addObject,
  drawScene,
  objectBox,
  placeFromPixel,
  randomScene,
  type Kind,
  type Scene
} from "../scenes/index.ts";
import {rateDepths, type RateDepthsOptions} from "../viz/rateDepths.ts";
import {
  countOf,
  ratesOf,
  thingPixels,
  type DepthCounts,
  type RateDepthsValue
} from "../viz/rateDepthsData.ts";
import type {View} from "../viz/view.ts";
import {asppSource, type AsppReader} from "./asppFeed.ts";
import type {AsppReading, AsppRequest} from "./asppReading.ts";
import {failureWords, onceNear} from "./feed.ts";
import type {LessonStreet} from "./lessonStreet.ts";

/** Figure 3.3: its value is the three rates, the thing in the street and its place. */
export interface RateDepthsFigure extends View<HTMLElement, RateDepthsValue> {
  /** Puts the thing into another street. */
  update(street: LessonStreet): void;
  /** Ends the figure's work. */
  close(): void;
}

/** What a thing may be: its class, and the whole depths at which it can stand in any street. */
const things: readonly {kind: Kind; label: string; range: [near: number, far: number]}[] = [
  {kind: "pedestrian", label: "pedestrian", range: [4, 24]},
  {kind: "bicyclist", label: "bicyclist", range: [4, 24]},
  {kind: "car", label: "car", range: [7, 60]},
  {kind: "sign", label: "sign", range: [4, 22]},
  {kind: "pole", label: "pole", range: [4, 22]},
  {kind: "tree", label: "tree", range: [4, 60]}
];

const initial: RateDepthsValue = {r1: 3, r2: 6, r3: 9, kind: "pedestrian", x: -2, depth: 4};
/** For how long bars may wait for a thing that is dragged on and on, in milliseconds. */
const LONGEST_WAIT = 400;

/**
 * Returns the figure of the rates and a thing in *street*, near and far. It asks **reader** once it
 * comes near the screen, and at each change: the labels first, then what each muted branch takes.
 * **value** is what to start from.
 */
export function rateDepthsFigure(
  street: LessonStreet,
  {
    reader,
    value,
    save
  }: {
    reader: AsppReader;
    value?: Partial<RateDepthsValue>;
    save?: RateDepthsOptions["save"];
  }
): RateDepthsFigure {
  let base = randomScene(street.seed);
  /** The truth of the street without the thing. */
  let empty: Uint8Array | null = null;
  let near = false;
  let open = true;
  let running = false;
  /** Raised by each change; a reading of an older one is given up. */
  let version = 0;
  let lastBars = 0;

  const figure = rateDepths({
    classes,
    kinds: things.map((thing) => ({...thing, name: nameOf(thing.kind)})),
    draw: (context, of, size) => drawScene(context, placed(of).scene, size),
    boxOf: (of, size) => {
      const {scene, id} = placed(of);
      return objectBox(scene, id, size);
    },
    placeAt: (of, px, py, size) => {
      const {scene, id} = placed(of);
      return placeFromPixel(scene, id, px, py, size);
    },
    ask,
    walk,
    value: {...initial, ...value},
    ...(save && {save})
  });

  /** The street with the thing in it, which is the last of its objects. */
  function placed({kind, x, depth}: RateDepthsValue): {scene: Scene; id: number} {
    const scene = addObject(base, kind as Kind, {x, depth});
    return {scene, id: scene.objects[scene.objects.length - 1].id};
  }

  function requestOf(of: RateDepthsValue): AsppRequest {
    const key = `${asppSource(street).key} with ${of.kind} at ${of.x}, ${of.depth}`;
    return {source: {key, scene: placed(of).scene}, rates: ratesOf(of)};
  }

  /** Returns what a lane's network says, or null where the street changed meanwhile. */
  async function read(lane: string, request: AsppRequest): Promise<AsppReading | null> {
    const of = street;
    const wait = (words: string) => {
      if (open && of === street && empty === null) figure.wait(words);
    };
    const reading = await reader.read(`rates, ${lane}`, request, wait);
    return open && of === street ? reading : null;
  }

  /** Counts of *of*, or null if it was given up: once *stop* says so, or the street changed. */
  async function counts(
    lane: string,
    of: RateDepthsValue,
    stop: () => boolean,
    see: (reading: AsppReading) => void = () => undefined
  ): Promise<DepthCounts | null> {
    if (empty === null) {
      const source = {key: `${asppSource(street).key} as a scene`, scene: base};
      empty = (await read(lane, {source}))?.truth ?? null;
      if (empty === null || stop()) return null;
    }
    const request = requestOf(of);
    const plain = await read(lane, request);
    if (plain?.truth == null || empty === null) return null;
    see(plain);
    const name = things.find(({kind}) => kind === of.kind)?.label;
    const label = classes.findIndex((one) => one.name === name);
    const pixels = thingPixels(plain.truth, empty, label);
    const without: number[] = [];
    for (const branch of plain.branches) {
      if (stop()) return null;
      const muted = await read(lane, {...request, gains: {[branch]: 0}});
      if (muted === null) return null;
      without.push(countOf(muted.decoder, pixels, label));
    }
    return {pixels: pixels.length, kept: countOf(plain.decoder, pixels, label), without};
  }

  function ask(): void {
    version++;
    if (near && open && !running) void keepUp();
  }

  /** Reads the newest value until there is no newer one. */
  async function keepUp(): Promise<void> {
    running = true;
    try {
      for (let done = -1; open && done !== version;) {
        const mine = version;
        const of = figure.value;
        // A newer value is read first, unless bars have waited for long.
        const stop = () => mine !== version && performance.now() - lastBars < LONGEST_WAIT;
        const found = await counts("here", of, stop, ({width, height, decoder}) => {
          figure.wait(null);
          figure.see({width, height, labels: decoder}, of);
        });
        done = mine;
        if (found === null) continue;
        lastBars = performance.now();
        figure.count(found, of);
      }
    } catch (error) {
      if (open) figure.fail(failureWords(error));
    } finally {
      running = false;
    }
  }

  async function walk(
    of: RateDepthsValue,
    depths: readonly number[],
    tell: (point: {depth: number; counts: DepthCounts}) => void,
    signal: AbortSignal
  ): Promise<void> {
    for (const depth of depths) {
      const found = await counts("walk", {...of, depth}, () => signal.aborted);
      if (found === null || signal.aborted) return;
      tell({depth, counts: found});
    }
  }

  figure.wait("What the network says of the street is asked for when this comes near.");
  const giveUp = onceNear(figure, 600, () => {
    near = true;
    ask();
  });

  const closeFigure = figure.close;
  return Object.assign(figure, {
    update(next: LessonStreet) {
      if (next === street) return;
      street = next;
      base = randomScene(street.seed);
      empty = null;
      figure.renew();
      ask();
    },
    close() {
      open = false;
      giveUp();
      closeFigure();
    }
  });
}

function nameOf(kind: Kind): string {
  return addableKinds.find((one) => one.kind === kind)?.label ?? kind;
}
