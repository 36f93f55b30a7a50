import type {Scene, SceneObject} from "./scene.ts";

interface Extent {
  readonly object: SceneObject;
  readonly near: number;
  readonly far: number;
  /** Meters right of the camera. */
  readonly right: number;
}

function extentOf(object: SceneObject, {camera, street}: Scene): Extent {
  const {x, depth, length, width, heading, kind} = object;
  const along =
    kind === "building"
      ? length / 2
      : (Math.abs(Math.cos(heading)) * length + Math.abs(Math.sin(heading)) * width) / 2;
  return {
    object,
    near: depth - along,
    far: depth + along,
    right: x - camera.x + street.bend * depth * depth
  };
}

/**
 * Returns whether *a* must be painted before *b*: it is beyond it, or they overlap in depth and it
 * is further out on the same side of the camera.
 */
function behind(a: Extent, b: Extent): boolean {
  if (a.near >= b.far) return true;
  if (b.near >= a.far) return false;
  if (a.right > 0 === b.right > 0) return Math.abs(a.right) > Math.abs(b.right);
  return a.object.depth > b.object.depth;
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
    for (const a of extents) if (a !== b && !visited.has(a) && behind(a, b)) visit(a);
    order.push(b.object);
  };
  for (const extent of extents) visit(extent);
  return order;
}
