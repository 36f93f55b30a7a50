import {nearest} from "./camera.ts";
import type {Scene, SceneObject} from "./scene.ts";

/** Where an object is in the street, in meters, and between which directions it is seen. */
interface Extent {
  readonly object: SceneObject;
  readonly near: number;
  readonly far: number;
  /** Meters from the camera's line to the object's middle, right being positive. */
  readonly aside: number;
  /** Half of what it takes up across the street at its foot. */
  readonly half: number;
  readonly left: number;
  readonly right: number;
}

function extentOf(object: SceneObject, {camera, street}: Scene): Extent {
  const {x, depth, length, width, heading, kind} = object;
  const cos = Math.abs(Math.cos(heading));
  const sin = Math.abs(Math.sin(heading));
  const along = (cos * length + sin * width) / 2;
  const across = (cos * width + sin * length) / 2;
  const edges = kind === "building" ? [x, x + Math.sign(x) * width] : [x - across, x + across];
  const seen = [depth - along, depth, depth + along].flatMap((z) =>
    edges.map((edge) => {
      const d = Math.max(z, nearest);
      return (edge - camera.x) / d + street.bend * d;
    })
  );
  return {
    object,
    near: depth - along,
    far: depth + along,
    aside: x - camera.x,
    half: kind === "building" ? 0 : kind === "tree" ? 0.2 : across,
    left: Math.min(...seen),
    right: Math.max(...seen)
  };
}

/**
 * Returns whether *a* must be painted before *b*: they overlap in the picture, and *a* is beyond
 * *b*, or beside it and further out from the camera's line.
 */
function behind(a: Extent, b: Extent): boolean {
  if (a.right < b.left || b.right < a.left) return false;
  if (a.near >= b.far) return true;
  if (b.near >= a.far) return false;
  if (Math.abs(a.aside - b.aside) < a.half + b.half) return a.object.depth > b.object.depth;
  return Math.abs(a.aside) > Math.abs(b.aside);
}

/** Returns the objects of *scene* in the order to paint them: each after all that it may hide. */
export function paintingOrder(scene: Scene): SceneObject[] {
  const extents = scene.objects
    .map((object) => extentOf(object, scene))
    .sort((a, b) => b.object.depth - a.object.depth);
  const order: SceneObject[] = [];
  const visited = new Set<Extent>();
  const visit = (b: Extent): void => {
    if (visited.has(b)) return;
    visited.add(b);
    for (const a of extents) if (!visited.has(a) && behind(a, b)) visit(a);
    order.push(b.object);
  };
  for (const extent of extents) visit(extent);
  return order;
}
