import {classes} from "../model/classes.ts";
import {checkOptions} from "../model/crf/options.ts";
import {plainMeanField} from "../model/crf/plainMeanField.ts";
import {mulberry32} from "../model/random.ts";
import {crfThumbnail, type TinyProblem, type View} from "../viz/index.ts";

/** What the card's street shows, by class, and in which color. */
const things = [
  {name: "sky", rgb: [178, 205, 232]},
  {name: "building", rgb: [150, 112, 96]},
  {name: "road", rgb: [112, 112, 118]},
  {name: "car", rgb: [186, 44, 40]}
] as const;
const [SKY, BUILDING, ROAD, CAR] = things.keys();
const [WIDTH, HEIGHT] = [48, 32];
/** How far the rough map is blurred, in pixels, and how much of it is given to all labels alike. */
const [BLUR, DOUBT] = [3.4, 0.06];

/** Returns the small figure of the card of lesson 5: a tiny street, and a CRF in plain TypeScript. */
export function crfCard(): View<HTMLElement, number> {
  return crfThumbnail(tinyStreet(), steps);
}

/** Returns a street of 48 × 32 pixels, its labels, and beliefs as rough as a network's. */
export function tinyStreet(): TinyProblem {
  const labelAt = (x: number, y: number): number => {
    const body = x >= 18 && x < 38 && y >= 17 && y < 24;
    const roof = y >= 11 && y < 17 && x >= 22 + (17 - y) / 2 && x < 34 - (17 - y) / 2;
    const wheel = [22, 33].some((at) => Math.hypot(x + 0.5 - at, y + 0.5 - 24) < 2.6);
    if (body || roof || wheel) return CAR;
    if (y >= 20) return ROAD;
    return x < 14 || (x >= 40 && y >= 6) ? BUILDING : SKY;
  };
  const truth = Uint8Array.from({length: WIDTH * HEIGHT}, (_, i) =>
    labelAt(i % WIDTH, Math.floor(i / WIDTH))
  );
  const random = mulberry32(5);
  const image = new Uint8ClampedArray(4 * truth.length).fill(255);
  truth.forEach((label, i) => {
    const light = 14 * (random() - 0.5);
    things[label].rgb.forEach((level, c) => (image[4 * i + c] = level + light));
  });
  return {
    ...{width: WIDTH, height: HEIGHT, image, truth},
    beliefs: blurred(truth),
    colors: things.map(({name}) => classes.find((one) => one.name === name)!.color)
  };
}

/** The labels' shares around each pixel, by a Gaussian, label fastest. */
function blurred(truth: Uint8Array): Float32Array {
  const labels = things.length;
  const reach = Math.ceil(3 * BLUR);
  const beliefs = new Float32Array(truth.length * labels);
  for (let y = 0, i = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++, i++) {
      let sum = 0;
      const shares = new Float64Array(labels);
      for (let v = Math.max(0, y - reach); v <= Math.min(HEIGHT - 1, y + reach); v++)
        for (let u = Math.max(0, x - reach); u <= Math.min(WIDTH - 1, x + reach); u++) {
          const weight = Math.exp(-((u - x) ** 2 + (v - y) ** 2) / (2 * BLUR ** 2));
          shares[truth[v * WIDTH + u]] += weight;
          sum += weight;
        }
      shares.forEach((share, l) => {
        beliefs[i * labels + l] = DOUBT / labels + ((1 - DOUBT) * share) / sum;
      });
    }
  return beliefs;
}

/** Returns the beliefs after each of *count* steps of mean field, those of step 0 first. */
export function steps(
  {width, height, image, beliefs, colors}: TinyProblem,
  count: number
): Float32Array[] {
  const field = plainMeanField(
    checkOptions({
      ...{width, height, labels: colors.length, image},
      unary: beliefs.map((belief) => -Math.log(belief)),
      smoothness: {sxy: 1, weight: 1},
      appearance: {sxy: 8, srgb: 12, weight: 5}
    })
  );
  const all = [field.Q.slice()];
  while (all.length <= count) {
    field.step();
    all.push(field.Q.slice());
  }
  return all;
}
