import type {Rgb} from "./scene.ts";

type Random = () => number;

/** Returns a number between *low* and *high*. */
export function between(random: Random, low: number, high: number): number {
  return low + random() * (high - low);
}

/** Returns one of *items*. */
export function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)];
}

/**
 * Returns *color* lighter or darker by up to the share *amount*, and each of its channels by up to
 * *tint* steps.
 */
export function vary(random: Random, color: Rgb, amount = 0.1, tint = 60 * amount): Rgb {
  const level = 1 + between(random, -amount, amount);
  const channel = (value: number): number =>
    Math.round(Math.min(255, Math.max(0, value * level + between(random, -tint, tint))));
  return [channel(color[0]), channel(color[1]), channel(color[2])];
}

const masonry: readonly Rgb[] = [
  [142, 78, 60],
  [164, 98, 72],
  [120, 70, 58],
  [186, 158, 112],
  [170, 140, 96],
  [214, 206, 190],
  [232, 228, 220],
  [196, 186, 170],
  [150, 146, 140],
  [112, 108, 106],
  [92, 84, 80],
  [206, 178, 150],
  [188, 196, 196],
  [150, 168, 178],
  [216, 196, 140],
  [204, 160, 140],
  [128, 132, 120],
  [104, 118, 134]
];

const lacquer: readonly Rgb[] = [
  [226, 228, 230],
  [188, 192, 196],
  [140, 146, 152],
  [72, 78, 84],
  [34, 36, 40],
  [28, 40, 76],
  [44, 84, 150],
  [150, 28, 32],
  [186, 44, 36],
  [30, 84, 62],
  [110, 134, 112],
  [196, 158, 60],
  [150, 124, 96],
  [98, 60, 48],
  [120, 150, 176],
  [204, 196, 178]
];

const cloth: readonly Rgb[] = [
  [36, 38, 44],
  [58, 62, 72],
  [44, 58, 96],
  [92, 104, 124],
  [134, 130, 126],
  [198, 194, 186],
  [228, 226, 220],
  [164, 44, 44],
  [196, 92, 52],
  [198, 170, 66],
  [62, 102, 66],
  [110, 116, 72],
  [104, 66, 48],
  [166, 130, 96],
  [96, 62, 104],
  [70, 128, 152],
  [202, 142, 148]
];

const leaves: readonly Rgb[] = [
  [74, 106, 44],
  [92, 122, 52],
  [56, 88, 46],
  [64, 96, 62],
  [118, 132, 58],
  [138, 126, 58],
  [168, 118, 48],
  [150, 84, 44],
  [98, 92, 58],
  [84, 108, 84]
];

const stone: readonly Rgb[] = [
  [108, 108, 112],
  [128, 126, 124],
  [92, 92, 98],
  [142, 138, 134],
  [118, 112, 104],
  [158, 150, 142],
  [104, 106, 116],
  [140, 118, 106]
];

/** Returns the albedo of a wall. */
export const wallColor = (random: Random): Rgb => vary(random, pick(random, masonry), 0.12);
/** Returns the albedo of a car's paint: now and then any masonry or cloth's. */
export const carColor = (random: Random): Rgb =>
  vary(random, pick(random, random() < 0.75 ? lacquer : masonry), 0.12);
/** Returns the albedo of a garment. */
export const clothColor = (random: Random): Rgb =>
  vary(random, pick(random, random() < 0.75 ? cloth : masonry), 0.14);
/** Returns the albedo of foliage, from spring to autumn. */
export const leafColor = (random: Random): Rgb => vary(random, pick(random, leaves), 0.16);
/** Returns the albedo of a road or a pavement: the two do not differ in color. */
export const stoneColor = (random: Random): Rgb => vary(random, pick(random, stone), 0.18, 4);
/** Returns the albedo of ironwork or painted wood. */
export const metalColor = (random: Random): Rgb =>
  vary(random, pick(random, random() < 0.5 ? lacquer : stone), 0.12);
/** Returns the albedo of skin. */
export const skinColor = (random: Random): Rgb =>
  vary(
    random,
    pick<Rgb>(random, [
      [228, 186, 160],
      [196, 146, 116],
      [140, 96, 72],
      [96, 66, 52]
    ]),
    0.06
  );
