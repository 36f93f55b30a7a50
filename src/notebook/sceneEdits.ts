import {
  addableKinds,
  addObject,
  moveObject,
  randomScene,
  removeObject,
  setLight,
  type Scene
} from "../scenes/index.ts";

type Kind = (typeof addableKinds)[number]["kind"];

interface Place {
  readonly x: number;
  readonly depth: number;
}

/** How a street differs from the one that its seed draws. */
export interface Edits {
  readonly removed?: readonly number[];
  readonly moved?: readonly ({readonly id: number} & Place)[];
  readonly added?: readonly ({readonly kind: Kind} & Place)[];
}

/** The street of *seed*, in its own light unless **light** names another, with *edits* made. */
export function editedScene(seed: number, light: string | null, edits: Edits): Scene {
  let scene = randomScene(seed);
  if (light !== null) scene = setLight(scene, light);
  const ids = new Set(scene.objects.map(({id}) => id));
  for (const {id, x, depth} of edits.moved ?? []) {
    if (ids.has(id)) scene = moveObject(scene, id, {x, depth});
  }
  for (const id of edits.removed ?? []) {
    if (ids.has(id)) scene = removeObject(scene, id);
  }
  for (const {kind, x, depth} of edits.added ?? []) scene = addObject(scene, kind, {x, depth});
  return scene;
}

/** Returns how *scene* differs from the street of its seed, and its light if that differs. */
export function editsOf(scene: Scene): {light: string | null; edits: Edits} {
  const original = randomScene(scene.seed);
  const before = new Map(original.objects.map((object) => [object.id, object]));
  const kept = new Set(scene.objects.map(({id}) => id));
  const removed = original.objects.flatMap(({id}) => (kept.has(id) ? [] : [id]));
  const moved = scene.objects.filter(({id, x, depth}) => {
    const was = before.get(id);
    return was !== undefined && (was.x !== x || was.depth !== depth);
  });
  const added = scene.objects.filter(({id}) => !before.has(id));
  return {
    light: scene.light === original.light ? null : scene.light,
    edits: {
      ...(removed.length > 0 && {removed}),
      ...(moved.length > 0 && {moved: moved.map(({id, x, depth}) => ({id, x, depth}))}),
      ...(added.length > 0 && {
        added: added.map(({kind, x, depth}) => ({kind, x, depth}))
      })
    }
  };
}

const centimeters = (value: number) => String(Number(value.toFixed(2)));

/** Writes edits for an address: `-3,5:1.2:14,car:-2:9` removes 3, moves 5, and adds a car. */
export function formatEdits({removed = [], moved = [], added = []}: Edits): string {
  const place = ({x, depth}: Place) => `${centimeters(x)}:${centimeters(depth)}`;
  return [
    ...removed.map((id) => `-${id}`),
    ...moved.map((object) => `${object.id}:${place(object)}`),
    ...added.map((object) => `${object.kind}:${place(object)}`)
  ].join(",");
}

/**
 * Reads what {@link formatEdits} wrote. Throws a RangeError, for the reader, if it did not write
 * that.
 */
export function parseEdits(text: string): Edits {
  const removed: number[] = [];
  const moved: ({id: number} & Place)[] = [];
  const added: ({kind: Kind} & Place)[] = [];
  const parts = text.split(",");
  if (parts.length > 200) throw new RangeError("it must be at most 200 changes");
  for (const part of parts) {
    const [name, x, depth, ...rest] = part.split(":");
    const place = {x: Number(x), depth: Number(depth)};
    const placed = Boolean(x && depth) && Number.isFinite(place.x) && Number.isFinite(place.depth);
    const known = addableKinds.find(({kind}) => kind === name);
    if (/^-\d+$/.test(name) && x === undefined) removed.push(-Number(name));
    else if (rest.length === 0 && placed && /^\d+$/.test(name)) moved.push({id: +name, ...place});
    else if (rest.length === 0 && placed && known) added.push({kind: known.kind, ...place});
    else throw new RangeError(`“${part}” is not a change such as -3, 5:1.2:14 or car:-2:9`);
  }
  return {
    ...(removed.length > 0 && {removed}),
    ...(moved.length > 0 && {moved}),
    ...(added.length > 0 && {added})
  };
}
