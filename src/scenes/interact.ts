import {mulberry32} from "../model/random.ts";
import type {Brush} from "./brush.ts";
import {inView, type Size, viewOf} from "./camera.ts";
import {paintScene} from "./draw.ts";
import {lightOf, lights} from "./light.ts";
import {createObject} from "./objects.ts";
import {contains} from "./polygon.ts";
import {
  buildingLine,
  groundHeight,
  type Kind,
  plotAt,
  type Scene,
  type SceneObject
} from "./scene.ts";

/** A place in the street: meters right of the middle of the road, and ahead of the camera. */
export interface Place {
  readonly x: number;
  readonly depth: number;
}

/** What a reader can add to a scene, with its name. */
export const addableKinds: readonly {readonly kind: Kind; readonly label: string}[] = [
  {kind: "car", label: "Car"},
  {kind: "pedestrian", label: "Pedestrian"},
  {kind: "bicyclist", label: "Bicyclist"},
  {kind: "tree", label: "Tree"},
  {kind: "sign", label: "Sign"},
  {kind: "trafficLight", label: "Traffic light"},
  {kind: "pole", label: "Lamp post"},
  {kind: "bollard", label: "Bollard"},
  {kind: "fence", label: "Fence"}
];

const movable = new Set<Kind>(addableKinds.map(({kind}) => kind));

/** The least and greatest depth in meters at which a kind can stand: no part too near or too small. */
const depths: Readonly<Partial<Record<Kind, readonly [near: number, far: number]>>> = {
  car: [5, 60],
  pedestrian: [4, 24],
  bicyclist: [4, 24],
  tree: [4, 60],
  sign: [4, 22],
  trafficLight: [4, 22],
  pole: [4, 22],
  bollard: [4, 22],
  fence: [4, 30]
};

const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), Math.max(low, high));

/** Returns the nearest place to *place* at which an object may stand. */
function legalPlace({street}: Scene, object: SceneObject, place: Place): Place {
  const [near, far] = depths[object.kind] ?? [1, 100];
  const depth = clamp(place.depth, near + (object.kind === "car" ? object.length / 2 - 1 : 0), far);
  const side = place.x < 0 ? -1 : 1;
  const line = buildingLine(street, side);
  const half = object.width / 2;
  const out = Math.abs(place.x);
  switch (object.kind) {
    case "car":
    case "bicyclist": {
      const reach = street.half - half - 0.1;
      return {x: clamp(place.x, -reach, reach), depth};
    }
    case "pedestrian": {
      const open = plotAt(street, side, depth) !== "building";
      return {x: side * clamp(out, 0, line - half + (open ? 6 : 0)), depth};
    }
    case "tree": {
      const open = plotAt(street, side, depth) === "park";
      return {x: side * clamp(out, street.half + 0.4, line - 0.3 + (open ? 9 : 0)), depth};
    }
    default:
      return {x: side * clamp(out, street.half + Math.min(half, 0.4), line - 0.3), depth};
  }
}

function find(scene: Scene, id: number): SceneObject {
  const object = scene.objects.find((o) => o.id === id);
  if (!object) throw new RangeError(`invalid id: ${id}; the scene has no such object`);
  return object;
}

function check({x, depth}: Place): void {
  if (!(Number.isFinite(x) && Number.isFinite(depth))) {
    throw new RangeError(`invalid place: x ${x}, depth ${depth}; both must be finite numbers`);
  }
}

/**
 * Returns *scene* with another object of *kind* (one of `addableKinds`), at the legal place nearest
 * to *at*; by default at one in view that suits it. Its id is the greatest of all. Throws a RangeError for
 * other kinds and for places that are not finite.
 */
export function addObject(scene: Scene, kind: Kind, at?: Place): Scene {
  if (!movable.has(kind)) {
    const legal = addableKinds.map((k) => k.kind).join(", ");
    throw new RangeError(`invalid kind: ${kind}; it must be one of ${legal}`);
  }
  const id = 1 + Math.max(-1, ...scene.objects.map((o) => o.id));
  const random = mulberry32(scene.seed ^ Math.imul(id + 1, 0x9e3779b1));
  const object = createObject(kind, id, 0, 0, Math.floor(random() * 2 ** 31));
  const {street} = scene;
  let side = 1;
  let place = at ?? {x: 0, depth: 10};
  // The first of a few places that is in view; a wide street's pavements come into it further on.
  for (let attempt = 0; !at && attempt < 30; ++attempt) {
    side = random() < 0.5 ? -1 : 1;
    const x =
      kind === "car" || kind === "bicyclist"
        ? side * street.half * (kind === "car" ? 0.42 : 0.75)
        : side * (street.half + street.pavements[side < 0 ? 0 : 1] * (0.15 + random() * 0.5));
    place = {x, depth: 8 + random() * (6 + attempt / 4)};
    if (inView(scene, x, place.depth)) break;
  }
  check(place);
  const heading =
    kind === "car" && (at ? at.x * street.drive < 0 : side !== street.drive)
      ? Math.PI
      : object.heading;
  const added = {...object, heading, ...legalPlace(scene, object, place)};
  return {...scene, objects: [...scene.objects, added]};
}

/** Returns *scene* without the object *id*; throws a RangeError if there is none. */
export function removeObject(scene: Scene, id: number): Scene {
  find(scene, id);
  return {...scene, objects: scene.objects.filter((o) => o.id !== id)};
}

/**
 * Returns *scene* with the object *id* at the legal place nearest to the one given: cars and
 * bicyclists stay on the road; signs, posts and fences on the pavements; trees there and in parks.
 * Buildings and hedges stay where they are. Throws a RangeError if there is no such object, or the
 * place is not finite.
 */
export function moveObject(scene: Scene, id: number, place: Place): Scene {
  const object = find(scene, id);
  check(place);
  if (!movable.has(object.kind)) return scene;
  const moved = {...object, ...legalPlace(scene, object, place)};
  return {...scene, objects: scene.objects.map((o) => (o.id === id ? moved : o))};
}

/** Returns *scene* in another light; throws a RangeError unless it is one of `lights`. */
export function setLight(scene: Scene, light: string): Scene {
  if (!lights.includes(light)) {
    throw new RangeError(`invalid light: ${light}; it must be one of ${lights.join(", ")}`);
  }
  return {...scene, light};
}

/** Paints nothing: calls *touch* with every shape and whose it is. */
function probe(
  scene: Scene,
  size: Size,
  touch: (id: number | null, polygon: readonly number[]) => void
): void {
  let subject: number | null = null;
  const brush: Brush = {
    canvas: null,
    subject(id) {
      subject = id;
    },
    fill(polygons) {
      for (const polygon of polygons) touch(subject, polygon);
    }
  };
  paintScene({scene, view: viewOf(scene, size), light: lightOf(scene), brush});
}

/**
 * Returns the id of the front-most object under the pixel (px, py) of a picture of that size; null
 * where the street itself, a building or a hedge is in front, for these cannot be moved.
 */
export function objectAt(scene: Scene, px: number, py: number, size: Size): number | null {
  let top: number | null = null;
  probe(scene, size, (id, polygon) => {
    if (contains(polygon, px, py)) top = id;
  });
  const kind = scene.objects.find((o) => o.id === top)?.kind;
  return kind && movable.has(kind) ? top : null;
}

/**
 * Returns the box around all that is painted of the object *id*, in pixels; it may reach beyond the
 * picture. Throws a RangeError if there is no such object.
 */
export function objectBox(
  scene: Scene,
  id: number,
  size: Size
): {x: number; y: number; width: number; height: number} {
  const alone = {...scene, objects: [find(scene, id)]};
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  probe(alone, size, (subject, polygon) => {
    if (subject !== id) return;
    for (let i = 0; i < polygon.length; i += 2) {
      x0 = Math.min(x0, polygon[i]);
      x1 = Math.max(x1, polygon[i]);
      y0 = Math.min(y0, polygon[i + 1]);
      y1 = Math.max(y1, polygon[i + 1]);
    }
  });
  if (x0 > x1) return {x: 0, y: 0, width: 0, height: 0};
  return {x: x0, y: y0, width: x1 - x0, height: y1 - y0};
}

/** Returns the pixel where the object *id* stands: what a drag of it moves. */
export function groundPoint(scene: Scene, id: number, size: Size): {x: number; y: number} {
  const {x, depth} = find(scene, id);
  const [px, py] = viewOf(scene, size).point(x, groundHeight(scene.street, x, depth), depth);
  return {x: px, y: py};
}

/**
 * Returns the legal place for the object *id* nearest to the ground that the pixel (px, py) shows:
 * pixels on or above the horizon count as far away. Throws a RangeError if there is no such object.
 */
export function placeFromPixel(
  scene: Scene,
  id: number,
  px: number,
  py: number,
  size: Size
): Place {
  const object = find(scene, id);
  const view = viewOf(scene, size);
  const [, far] = depths[object.kind] ?? [1, 100];
  const lowest = view.point(0, 0, far)[1];
  const place = view.ground(px, Math.max(py, lowest));
  check(place);
  return legalPlace(scene, object, place);
}
