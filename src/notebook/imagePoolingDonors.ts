import {mulberry32} from "../model/random.ts";
import {defaultSize, drawScene, randomScene, setLight, type Scene} from "../scenes/index.ts";
import {isSeed} from "../viz/imagePoolingData.ts";
import type {PoolingDonor} from "../viz/index.ts";
import type {AsppSource} from "./asppReading.ts";

/** A picture whose image pooling can be taken: as the figure offers it, and as the network reads it. */
export interface PoolingSource extends PoolingDonor {
  readonly source: () => AsppSource;
}

/** A color at a place: its share of the height from the top, and a number drawn from [0, 1). */
type Paint = (down: number, chance: number) => readonly [number, number, number];

/** Pictures that are no street. */
const plain: Readonly<Record<string, {short: string; long: string; paint: Paint}>> = {
  sky: {
    short: "only sky",
    long: "a clear sky",
    paint: (down) => [84 + 121 * down, 138 + 84 * down, 206 + 30 * down]
  },
  gray: {short: "plain gray", long: "plain gray", paint: () => [128, 128, 128]},
  green: {
    short: "green noise",
    long: "green noise",
    paint: (_, chance) => [37 + 74 * chance, 53 + 106 * chance, 22 + 44 * chance]
  }
};

/** The names of the donors that are no street by its seed: the street in another light, and pictures. */
export const LIGHT = "light";
export const plainDonors: readonly string[] = Object.keys(plain);

/** Plain pictures once drawn: they are always the same. */
const drawn = new Map<string, Uint8ClampedArray>();

function pixelsOf(name: string): Uint8ClampedArray {
  const known = drawn.get(name);
  if (known !== undefined) return known;
  const {width, height} = defaultSize;
  const random = mulberry32(1);
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let y = 0, i = 0; y < height; ++y)
    for (let x = 0; x < width; ++x, i += 4)
      pixels.set([...plain[name].paint(y / (height - 1), random()), 255], i);
  drawn.set(name, pixels);
  return pixels;
}

/**
 * Returns the donor *name* for the street of *seed*: a plain picture, that street in another light,
 * or the street whose seed *name* is. Throws a RangeError if it is none of these.
 */
export function poolingSource(name: string, seed: number): PoolingSource {
  if (name in plain) {
    const {short, long} = plain[name];
    const {width, height} = defaultSize;
    return {
      ...{key: name, short, long},
      draw(canvas) {
        const picture = new OffscreenCanvas(width, height);
        const image = new ImageData(new Uint8ClampedArray(pixelsOf(name)), width, height);
        picture.getContext("2d")?.putImageData(image, 0, 0);
        canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
      },
      source: () => ({key: name, picture: {width, height, data: pixelsOf(name)}})
    };
  }
  if (name === LIGHT) {
    const [light, words] =
      randomScene(seed).light === "dusk" ? ["day", "by day"] : ["dusk", "at dusk"];
    const key = `street ${seed} ${words}`;
    return {
      short: `it, ${words}`,
      long: `this street ${words}`,
      ...sceneSource(key, () => setLight(randomScene(seed), light))
    };
  }
  if (!isSeed(name)) throw new RangeError(`invalid donor: ${name}`);
  const other = Number(name);
  return {
    short: `street ${other}`,
    long: `street ${other}`,
    ...sceneSource(`street ${other}`, () => randomScene(other))
  };
}

function sceneSource(
  key: string,
  scene: () => Scene
): Pick<PoolingSource, "key" | "draw" | "source"> {
  return {
    key,
    draw(canvas) {
      const context = canvas.getContext("2d", {willReadFrequently: true});
      if (context) drawScene(context, scene(), {width: canvas.width, height: canvas.height});
    },
    source: () => ({key, scene: scene()})
  };
}
