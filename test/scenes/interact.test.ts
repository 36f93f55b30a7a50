import {describe, expect, test} from "vitest";
import {
  addableKinds,
  addObject,
  defaultSize,
  groundPoint,
  type Kind,
  lights,
  moveObject,
  objectAt,
  objectBox,
  placeFromPixel,
  randomScene,
  removeObject,
  setLight
} from "../../src/scenes/index.ts";
import {labelsOf} from "./canvas.ts";

const scenes = Array.from({length: 12}, (_, seed) => randomScene(seed));
const onRoad: readonly Kind[] = ["car", "bicyclist"];
const onPavement: readonly Kind[] = ["sign", "pole", "trafficLight", "bollard", "fence"];

describe("addObject, moveObject, removeObject, setLight", {timeout: 60_000}, () => {
  test("leave the scene given as it was", () => {
    const scene = randomScene(5);
    const copy = structuredClone(scene);
    for (const {kind} of addableKinds) addObject(scene, kind);
    const id = addObject(scene, "car").objects.at(-1)!.id;
    moveObject(addObject(scene, "car"), id, {x: 0, depth: 9});
    removeObject(scene, scene.objects[0].id);
    setLight(scene, "dusk");
    expect(scene).toEqual(copy);
  });

  test("an added object is new, visible, and goes away again", () => {
    const scene = {...randomScene(5), objects: []};
    for (const {kind} of addableKinds) {
      const added = addObject(scene, kind);
      expect(added.objects).toHaveLength(1);
      const {id} = added.objects[0];
      expect(addObject(added, kind).objects[1].id).toBeGreaterThan(id);
      expect(labelsOf(added)).not.toEqual(labelsOf(scene));
      expect(removeObject(added, id)).toEqual(scene);
    }
  });

  test("objects stay in legal places, wherever they are dragged", () => {
    const places = [
      {x: 0, depth: 10},
      {x: -50, depth: 1e9},
      {x: 50, depth: -1e9},
      {x: 3, depth: 0}
    ];
    for (const empty of scenes) {
      for (const {kind} of addableKinds) {
        for (const place of places) {
          const {x, depth, width} = addObject(empty, kind, place).objects.at(-1)!;
          const {half, pavements} = empty.street;
          if (onRoad.includes(kind)) expect(Math.abs(x) + width / 2).toBeLessThan(half);
          if (onPavement.includes(kind)) {
            expect(Math.abs(x)).toBeGreaterThan(half);
            expect(Math.abs(x)).toBeLessThan(half + pavements[x < 0 ? 0 : 1]);
          }
          expect(depth).toBeGreaterThan(3.9);
          expect(depth).toBeLessThan(61);
        }
      }
    }
  });

  test("buildings stay where they are", () => {
    const scene = scenes[0];
    const {id} = scene.objects.find((o) => o.kind === "building")!;
    expect(moveObject(scene, id, {x: 0, depth: 10})).toEqual(scene);
  });

  test("bad input is refused by name", () => {
    const scene = randomScene(1);
    expect(() => addObject(scene, "building")).toThrow("invalid kind: building");
    expect(() => addObject(scene, "car", {x: NaN, depth: 3})).toThrow("invalid place: x NaN");
    expect(() => moveObject(scene, 0, {x: 0, depth: Infinity})).toThrow("depth Infinity");
    expect(() => moveObject(scene, -1, {x: 0, depth: 9})).toThrow("invalid id: -1");
    expect(() => removeObject(scene, 1e9)).toThrow("invalid id");
    expect(() => setLight(scene, "noon")).toThrow("invalid light: noon");
    expect(lights.every((light) => setLight(scene, light).light === light)).toBe(true);
  });
});

describe("objectAt, objectBox, groundPoint, placeFromPixel", {timeout: 60_000}, () => {
  test("an object alone is found where its label is, and its box is around it", () => {
    for (const kind of ["car", "pedestrian", "bicyclist", "tree"] as const) {
      const empty = {...randomScene(9), objects: []};
      const scene = addObject(empty, kind, {x: kind === "tree" ? 6 : 0.5, depth: 9});
      const {id} = scene.objects[0];
      const box = objectBox(scene, id, defaultSize);
      expect(box.width).toBeGreaterThan(5);
      const [before, after] = [labelsOf(empty), labelsOf(scene)];
      for (let y = 0; y < 193; ++y) {
        for (let x = 0; x < 257; ++x) {
          const p = y * 257 + x;
          if (p % 5) continue; // Enough of them.
          const changed = after[p] !== 11 && before[p] !== 11 && after[p] !== before[p];
          if (!changed) continue;
          expect(objectAt(scene, x + 0.5, y + 0.5, defaultSize)).toBe(id);
          expect(x + 0.5).toBeGreaterThan(box.x);
          expect(x + 0.5).toBeLessThan(box.x + box.width);
          expect(y + 0.5).toBeGreaterThan(box.y);
          expect(y + 0.5).toBeLessThan(box.y + box.height);
        }
      }
    }
  });

  test("nothing is found in the sky of an empty street", () => {
    expect(objectAt({...randomScene(1), objects: []}, 128, 4, defaultSize)).toBeNull();
  });

  test("an object dropped on the pixel where it stands stays there", () => {
    for (const scene of scenes) {
      for (const {kind} of addableKinds.filter((k) => onRoad.includes(k.kind))) {
        const added = addObject(scene, kind);
        const {id, x, depth} = added.objects.at(-1)!;
        for (const size of [defaultSize, {width: 771, height: 579}]) {
          const point = groundPoint(added, id, size);
          const place = placeFromPixel(added, id, point.x, point.y, size);
          expect(place.x).toBeCloseTo(x, 6);
          expect(place.depth).toBeCloseTo(depth, 6);
        }
      }
    }
  });

  test("a drag above the horizon ends far away, at a legal place", () => {
    const scene = addObject(randomScene(4), "car");
    const {id} = scene.objects.at(-1)!;
    const place = placeFromPixel(scene, id, 128, 2, defaultSize);
    expect(place.depth).toBeCloseTo(60, 0);
    expect(moveObject(scene, id, place).objects.at(-1)).toMatchObject(place);
  });
});
