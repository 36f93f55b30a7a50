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
const [WIDTH, HEIGHT] = [36, 24];
/** How far the rough map is blurred, in pixels, and how much of it is given to all labels alike. */
const [BLUR, DOUBT] = [3.2, 0.06];

/** Returns the small figure of the card of lesson 5: a tiny street, and a CRF in plain TypeScript. */
export function crfCard(): View<HTMLElement, number> {
  return crfThumbnail(tinyStreet(), stepper);
}

/** Returns a street of 36 × 24 pixels, its labels, and beliefs as rough as a network's. */
export function tinyStreet(): TinyProblem {
  const labelAt = (x: number, y: number): number => {
    const body = x >= 13 && x < 29 && y >= 13 && y < 18;
    const roof = y >= 8 && y < 13 && x >= 16 + (13 - y) / 2 && x < 26 - (13 - y) / 2;
    const wheel = [17, 25].some((at) => Math.hypot(x + 0.5 - at, y + 0.5 - 18) < 2);
    if (body || roof || wheel) return CAR;
    if (y >= 15) return ROAD;
    return x < 10 || (x >= 30 && y >= 4) ? BUILDING : SKY;
  };
  const truth = Uint8Array.from({length: WIDTH * HEIGHT}, (_, i) =>
    labelAt(i % WIDTH, Math.floor(i / WIDTH))
  );
  const random = mulberry32(5);
  const image = new Uint8ClampedArray(4 * truth.length).fill(255);
  truth.forEach((label, i) => {
    const light = 26 * (random() - 0.5);
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
  const sharp = new Float32Array(truth.length * labels);
  truth.forEach((label, i) => (sharp[i * labels + label] = 1));
  const along = blurredAlong(sharp, {length: WIDTH, stride: labels});
  return blurredAlong(along, {length: HEIGHT, stride: WIDTH * labels}).map(
    (share) => DOUBT / labels + (1 - DOUBT) * share
  );
}

/** A Gaussian along lines of *length* values, *stride* apart; what lies outside does not count. */
function blurredAlong(
  map: Float32Array,
  {length, stride}: {length: number; stride: number}
): Float32Array {
  const weights = Array.from({length}, (_, away) => Math.exp(-(away ** 2) / (2 * BLUR ** 2)));
  const blurry = new Float32Array(map.length);
  for (let i = 0; i < map.length; i++) {
    const at = Math.floor(i / stride) % length;
    let [sum, all] = [0, 0];
    for (let to = 0; to < length; to++) {
      const weight = weights[Math.abs(to - at)];
      sum += weight * map[i + (to - at) * stride];
      all += weight;
    }
    blurry[i] = sum / all;
  }
  return blurry;
}

/**
 * Returns what returns the beliefs after one more step of mean field with each call, beginning with
 * those of step 0.
 */
export function stepper({width, height, image, beliefs, colors}: TinyProblem): () => Float32Array {
  const field = plainMeanField(
    checkOptions({
      ...{width, height, labels: colors.length, image},
      unary: beliefs.map((belief) => -Math.log(belief)),
      smoothness: {sxy: 1, weight: 0.5},
      appearance: {sxy: 3, srgb: 12, weight: 3}
    })
  );
  let begun = false;
  return () => {
    if (begun) field.step();
    begun = true;
    return field.Q.slice();
  };
}
