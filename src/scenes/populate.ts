import {inView} from "./camera.ts";
import {createObject} from "./objects.ts";
import {between} from "./palette.ts";
import {buildingLine, type Kind, plotAt, type Scene, type SceneObject} from "./scene.ts";

type Random = () => number;

/** Returns all that stands in the street of *scene*, put by chance where there is room for it. */
export function populate(scene: Scene, random: Random): SceneObject[] {
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
    place: () => [x: number, depth: number] | null,
    rx: number,
    rz: number,
    changes: Partial<SceneObject> = {}
  ): void => {
    for (let attempt = 0; attempt < 16; ++attempt) {
      const at = place();
      if (!at || !free(at[0], at[1], rx, rz)) continue;
      put(kind, at[0], at[1], changes);
      return;
    }
  };
  const side = (): -1 | 1 => (random() < 0.5 ? -1 : 1);
  /** A place on a pavement, *from* … *to* of the way from the kerb to its back. */
  const pavement =
    (near: number, far: number, from: number, to: number) => (): [number, number] | null => {
      const s = side();
      const depth = between(random, near, far);
      const width = street.pavements[s < 0 ? 0 : 1];
      const x = s * (street.half + width * between(random, from, to));
      return plotAt(street, s, depth) !== "junction" && inView(scene, x, depth) ? [x, depth] : null;
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
      between(random, 5, 9)
    ];
    const heading = (s === street.drive ? 0 : Math.PI) + between(random, -0.5, 0.5);
    const across = random() < 0.3 ? (side() * Math.PI) / 2 : heading;
    tryPut("bicyclist", place, 0.6, 1.2, {heading: across});
  }
  for (let i = many(0.95, 3); i > 0; --i) tryPut("pole", pavement(5, 11, 0.08, 0.2), 0.4, 1);
  for (let i = many(0.3, 4); i > 0; --i) tryPut("bollard", pavement(5, 9, 0.1, 0.2), 0.3, 0.5);
  for (let i = many(0.85, 3); i > 0; --i) tryPut("sign", pavement(5, 11, 0.1, 0.45), 0.6, 1);
  for (let i = many(0.5, 2); i > 0; --i) tryPut("trafficLight", pavement(5, 11, 0.08, 0.2), 0.5, 1);
  for (let i = many(0.6, 4); i > 0; --i) tryPut("tree", pavement(6, 45, 0.2, 0.4), 0.6, 2);
  for (let i = many(0.6, 2); i > 0; --i) tryPut("fence", pavement(6, 10, 0.06, 0.1), 0.3, 2.5);
  for (let i = many(0.95, 4); i > 0; --i) {
    tryPut("pedestrian", pavement(4.5, 7.5, 0.12, 0.5), 0.8, 0.8);
  }
  if (random() < 0.3) {
    const place = (): [number, number] => [
      street.half * between(random, -0.8, 0.8),
      between(random, 5, 8)
    ];
    tryPut("pedestrian", place, 0.6, 0.6, {heading: (side() * Math.PI) / 2});
  }
  return objects;
}
