import {mulberry32} from "../model/random.ts";
import {between, carColor, clothColor, leafColor, metalColor, pick, wallColor} from "./palette.ts";
import type {Kind, Rgb, SceneObject} from "./scene.ts";

interface Looks {
  readonly height: number;
  readonly width: number;
  readonly length: number;
  readonly color: Rgb;
  readonly accent: Rgb;
  readonly style: number;
  readonly heading?: number;
}

/** How an object of each kind looks, by chance. */
const looks: Readonly<Record<Kind, (random: () => number) => Looks>> = {
  building: (random) => ({
    height: pick(random, [1, 2, 2, 3, 3, 4]) * 3.1 + between(random, 1.2, 2.4),
    width: between(random, 8, 12),
    length: 12,
    color: wallColor(random),
    accent: random() < 0.5 ? clothColor(random) : wallColor(random),
    style: Math.floor(random() * 18)
  }),
  hedge: (random) => ({
    height: between(random, 1.1, 2),
    width: 0.9,
    length: 6,
    color: leafColor(random),
    accent: leafColor(random),
    style: 0
  }),
  fence: (random) => ({
    height: between(random, 1.2, 1.8),
    width: 0.12,
    length: between(random, 4, 7),
    color: metalColor(random),
    accent: wallColor(random),
    style: pick(random, [0, 1, 1, 1, 2])
  }),
  tree: (random) => ({
    height: between(random, 5, 9.5),
    width: between(random, 3, 5),
    length: 0.6,
    color: leafColor(random),
    accent: pick<Rgb>(random, [
      [92, 74, 58],
      [112, 98, 82],
      [74, 64, 58]
    ]),
    style: Math.floor(random() * 4)
  }),
  pole: (random) => ({
    height: between(random, 5.5, 8),
    width: between(random, 0.24, 0.34),
    length: 0.3,
    color: metalColor(random),
    accent: metalColor(random),
    style: Math.floor(random() * 3)
  }),
  bollard: (random) => ({
    height: between(random, 0.95, 1.15),
    width: between(random, 0.28, 0.36),
    length: 0.3,
    color: metalColor(random),
    accent: metalColor(random),
    style: Math.floor(random() * 2)
  }),
  sign: (random) => ({
    height: between(random, 2.4, 3),
    width: between(random, 0.8, 1.15),
    length: 0.3,
    color: random() < 0.6 ? pick(random, signColors) : carColor(random),
    accent: carColor(random),
    style: Math.floor(random() * 5)
  }),
  trafficLight: (random) => ({
    height: between(random, 3, 3.6),
    width: between(random, 0.5, 0.6),
    length: 0.3,
    color: pick<Rgb>(random, [
      [38, 40, 42],
      [62, 64, 66],
      [52, 74, 62]
    ]),
    accent: metalColor(random),
    style: Math.floor(random() * 3)
  }),
  car: (random) => {
    const style = pick(random, [0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 4]);
    const [height, width, length] = [
      [1.45, 1.76, 4.4],
      [1.5, 1.72, 3.9],
      [1.72, 1.86, 4.5],
      [2.1, 1.95, 4.9],
      [2.9, 2.3, 7.5]
    ][style];
    return {height, width, length, color: carColor(random), accent: carColor(random), style};
  },
  pedestrian: (random) => ({
    height: between(random, 1.6, 1.88),
    width: 0.5,
    length: 0.4,
    color: clothColor(random),
    accent: clothColor(random),
    style: Math.floor(random() * 8),
    heading: pick(random, [0, Math.PI, Math.PI / 2, -Math.PI / 2]) + between(random, -0.4, 0.4)
  }),
  bicyclist: (random) => ({
    height: between(random, 1.7, 1.85),
    width: 0.6,
    length: 1.7,
    color: clothColor(random),
    accent: clothColor(random),
    style: Math.floor(random() * 4)
  })
};

const signColors: readonly Rgb[] = [
  [40, 84, 160],
  [186, 40, 40],
  [226, 224, 216],
  [214, 176, 52],
  [44, 110, 78]
];

/** Returns a new object of *kind* whose looks come from *seed* alone. */
export function createObject(
  kind: Kind,
  id: number,
  x: number,
  depth: number,
  seed: number
): SceneObject {
  return {id, kind, x, depth, heading: 0, ...looks[kind](mulberry32(seed)), seed};
}
