import {mulberry32} from "../model/random.ts";
import {lights} from "./light.ts";
import {between, leafColor, pick, stoneColor, vary, wallColor} from "./palette.ts";
import {populate} from "./populate.ts";
import type {Camera, Plot, Scene, Street} from "./scene.ts";

type Random = () => number;

/** Beyond this many meters the backdrop closes the street. */
const farEnd = 110;

function randomPlots(random: Random, side: -1 | 1, open: number): Plot[] {
  const plots: Plot[] = [];
  let from = -6;
  while (from < farEnd) {
    const near = from > 4 && from < 60;
    const last = plots.at(-1)?.use;
    const use =
      near && last !== "junction" && random() < 0.16
        ? "junction"
        : random() < (last === "park" ? open * 0.8 : open)
          ? "park"
          : "building";
    const length =
      use === "junction"
        ? between(random, 7, 11)
        : use === "park"
          ? between(random, 14, 30)
          : between(random, 8, 20);
    plots.push({side, from, to: from + length, use});
    from += length;
  }
  return plots;
}

function randomGround(random: Random): Street {
  const half = between(random, 3.6, 6.2);
  const asphalt = stoneColor(random);
  const open = random() < 0.4;
  const openSide = random() < 0.5 ? -1 : 1;
  return {
    half,
    pavements: [between(random, 2.2, 4.6), between(random, 2.2, 4.6)],
    bend: random() < 0.45 ? 0 : between(random, -0.0022, 0.0022),
    drive: random() < 0.5 ? -1 : 1,
    markings: Math.floor(random() * 6),
    crossing: random() < 0.22 ? between(random, 8, 20) : 0,
    asphalt,
    paving: vary(random, stoneColor(random), 0.12, 3),
    kerb: vary(random, [168, 166, 160], 0.14, 4),
    grass: leafColor(random),
    plots: [
      ...randomPlots(random, -1, open && openSide < 0 ? 0.75 : 0.14),
      ...randomPlots(random, 1, open && openSide > 0 ? 0.75 : 0.14)
    ]
  };
}

/**
 * Returns the street of *seed*: any integer makes one, always the same, everywhere. Training uses
 * seeds below 10⁶, evaluation the others. Throws a RangeError unless *seed* is an integer from 0
 * to 2³² − 1.
 */
export function randomScene(seed: number): Scene {
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
    throw new RangeError(`invalid seed: ${seed}; it must be an integer from 0 to 4294967295`);
  }
  const random = mulberry32(seed);
  const street = randomGround(random);
  const camera: Camera = {
    x: street.drive * street.half * between(random, 0.2, 0.6),
    height: between(random, 1.35, 1.75),
    focal: between(random, 0.78, 1),
    vanish: 0.5 + between(random, -0.14, 0.14)
  };
  const scene: Scene = {
    seed,
    light: pick(random, [...lights, "day", "day", "overcast", "low sun"]),
    sun: between(random, -Math.PI, Math.PI),
    horizon: between(random, 0.4, 0.52),
    camera,
    street,
    backdrop: {
      trees: random() < 0.7,
      skyline: random() < 0.6,
      color: wallColor(random),
      foliage: leafColor(random),
      seed: Math.floor(random() * 2 ** 31)
    },
    objects: []
  };
  return {...scene, objects: populate(scene, random)};
}
