import {mulberry32} from "../model/random.ts";
import {lights} from "./light.ts";
import {createObject} from "./objects.ts";
import {inView} from "./camera.ts";
import {between, leafColor, pick, stoneColor, vary, wallColor} from "./palette.ts";
import {
  buildingLine,
  type Camera,
  type Kind,
  type Plot,
  plotAt,
  type Scene,
  type SceneObject,
  type Street
} from "./scene.ts";

type Random = () => number;

/** Beyond this many meters the backdrop closes the street. */
export const farEnd = 110;

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

/** Puts everything that stands in the street where there is room for it. */
function populate(scene: Scene, random: Random): SceneObject[] {
  const {street} = scene;
  const objects: SceneObject[] = [];
  const put = (kind: Kind, x: number, depth: number, changes: Partial<SceneObject> = {}): void => {
    const seed = Math.floor(random() * 2 ** 31);
    objects.push({...createObject(kind, objects.length, x, depth, seed), ...changes});
  };
  const free = (x: number, depth: number, rx: number, rz: number): boolean =>
    objects.every(
      (o) =>
        o.kind === "building" ||
        Math.abs(o.x - x) > rx + o.width / 2 ||
        Math.abs(o.depth - depth) > rz + o.length / 2
    );
  const tryPut = (
    kind: Kind,
    place: () => [x: number, depth: number],
    rx: number,
    rz: number,
    changes: Partial<SceneObject> = {}
  ): void => {
    for (let attempt = 0; attempt < 8; ++attempt) {
      const [x, depth] = place();
      if (!free(x, depth, rx, rz)) continue;
      put(kind, x, depth, changes);
      return;
    }
  };
  const side = (): -1 | 1 => (random() < 0.5 ? -1 : 1);
  /** A place on a pavement, *from* … *to* of the way from the kerb to its back. */
  const pavement =
    (near: number, far: number, from: number, to: number) => (): [number, number] => {
      for (;;) {
        const s = side();
        const depth = between(random, near, far);
        if (plotAt(street, s, depth) === "junction") continue;
        const width = street.pavements[s < 0 ? 0 : 1];
        return [s * (street.half + width * between(random, from, to)), depth];
      }
    };

  for (const plot of street.plots) {
    const line = buildingLine(street, plot.side);
    const length = plot.to - plot.from;
    const middle = (plot.from + plot.to) / 2;
    if (plot.use === "building") {
      const setBack = random() < 0.18 ? between(random, 2, 3.5) : 0;
      put("building", plot.side * (line + setBack), middle, {length});
      if (setBack) put("fence", plot.side * line, middle, {length: length - 0.4});
    } else if (plot.use === "park") {
      const bound = random();
      if (bound < 0.55) put("fence", plot.side * (line + 0.1), middle, {length: length - 0.3});
      else if (bound < 0.8) put("hedge", plot.side * (line + 0.4), middle, {length: length - 0.3});
      for (
        let depth = plot.from + 2;
        depth < plot.to;
        depth += between(random, 3.5, 7) + depth * 0.05
      ) {
        put("tree", plot.side * (line + between(random, 2, 9)), depth);
      }
    }
  }

  const many = (chance: number, most: number): number =>
    random() < chance ? 1 + Math.floor(random() * most) : 0;
  const parked = street.half > 4.2 ? [side(), ...(random() < 0.4 ? [-1, 1] : [])] : [];
  for (const s of new Set(random() < 0.75 ? parked : [])) {
    for (let depth = between(random, 6, 15); depth < 50; depth += between(random, 5.3, 9)) {
      if (plotAt(street, s, depth) === "junction" || random() < 0.25) continue;
      put("car", s * (street.half - 1.05), depth, {
        heading: s === street.drive || random() < 0.3 ? 0 : Math.PI
      });
    }
  }
  for (let i = many(0.7, 2); i > 0; --i) {
    tryPut("car", () => [street.drive * street.half * 0.42, between(random, 9, 40)], 0.9, 3.5);
  }
  for (let i = many(0.8, 3); i > 0; --i) {
    const place = (): [number, number] => [
      -street.drive * street.half * 0.42,
      between(random, 7, 45)
    ];
    tryPut("car", place, 0.9, 3.5, {heading: Math.PI});
  }
  if (random() < 0.12) {
    const place = (): [number, number] => [between(random, -2, 2), between(random, 14, 26)];
    tryPut("car", place, 2.4, 2, {heading: (side() * Math.PI) / 2});
  }
  for (let i = many(0.85, 2); i > 0; --i) {
    const s = side();
    const place = (): [number, number] => [
      s * street.half * between(random, 0.5, 0.9),
      between(random, 5, 15)
    ];
    const heading = (s === street.drive ? 0 : Math.PI) + between(random, -0.5, 0.5);
    const across = random() < 0.3 ? (side() * Math.PI) / 2 : heading;
    tryPut("bicyclist", place, 0.6, 1.2, {heading: across});
  }
  for (let i = many(0.95, 3); i > 0; --i) tryPut("pole", pavement(5, 15, 0.08, 0.2), 0.4, 1);
  for (let i = many(0.3, 4); i > 0; --i) tryPut("bollard", pavement(5, 12, 0.1, 0.2), 0.3, 0.5);
  for (let i = many(0.85, 3); i > 0; --i) tryPut("sign", pavement(5, 14, 0.1, 0.45), 0.6, 1);
  for (let i = many(0.5, 2); i > 0; --i) tryPut("trafficLight", pavement(5, 14, 0.08, 0.2), 0.5, 1);
  for (let i = many(0.6, 4); i > 0; --i) tryPut("tree", pavement(6, 45, 0.2, 0.4), 0.6, 2);
  for (let i = many(0.6, 2); i > 0; --i) tryPut("fence", pavement(6, 20, 0.06, 0.1), 0.3, 2.5);
  for (let i = many(0.95, 5); i > 0; --i) {
    tryPut("pedestrian", pavement(5, 14, 0.25, 0.9), 0.4, 0.4);
  }
  if (random() < 0.3) {
    const place = (): [number, number] => [
      street.half * between(random, -0.8, 0.8),
      between(random, 6, 15)
    ];
    tryPut("pedestrian", place, 0.6, 0.6, {heading: (side() * Math.PI) / 2});
  }
  return objects;
}
