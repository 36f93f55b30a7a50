import type {Stage} from "../brush.ts";
import {nearest, type Point3, type View} from "../camera.ts";
import {ribbon} from "../polygon.ts";
import {groundHeight, type SceneObject, type Street} from "../scene.ts";

/** A flat face of a solid: its corners in the street's axes, and its unit normal. */
export interface Face {
  readonly corners: readonly Point3[];
  readonly normal: Point3;
  readonly depth: number;
}

/** Maps a point of an object (right, up, forward of its place on the ground) to the street's axes. */
export type Placement = (right: number, up: number, forward: number) => Point3;

/** Returns where the points of *object* lie, its heading and the ground's height taken in. */
export function placement(object: SceneObject, street: Street): Placement {
  const cos = Math.cos(object.heading);
  const sin = Math.sin(object.heading);
  const floor = groundHeight(street, object.x, object.depth);
  return (right, up, forward) => [
    object.x + right * cos + forward * sin,
    floor + up,
    object.depth - right * sin + forward * cos
  ];
}

/** Returns the face through *corners*, its normal pointing away from *inside*. */
export function face(corners: readonly Point3[], inside: Point3): Face {
  // Newell's sum: right for corners that are not quite in one plane, too.
  const n = [0, 0, 0];
  corners.forEach((a, i) => {
    const b = corners[(i + 1) % corners.length];
    n[0] += (a[1] - b[1]) * (a[2] + b[2]);
    n[1] += (a[2] - b[2]) * (a[0] + b[0]);
    n[2] += (a[0] - b[0]) * (a[1] + b[1]);
  });
  const count = corners.length;
  const center = [0, 1, 2].map((i) => corners.reduce((sum, p) => sum + p[i], 0) / count);
  const outward = [0, 1, 2].reduce((sum, i) => sum + n[i] * (center[i] - inside[i]), 0);
  const length = Math.hypot(n[0], n[1], n[2]) * Math.sign(outward) || 1;
  return {
    corners,
    normal: [n[0] / length, n[1] / length, n[2] / length],
    depth: center[2]
  };
}

/** Returns whether the camera sees the outside of *face*. */
export function faces({scene, view}: Stage, {corners, normal}: Face): boolean {
  const [x, y, z] = corners[0];
  const d = Math.max(z, nearest);
  // The bend moves things sideways by bend · z², which turns what the camera sees of them.
  const right = x - scene.camera.x + scene.street.bend * d * d;
  return (
    view.width > 0 && normal[0] * right + normal[1] * (y - scene.camera.height) + normal[2] * d < 0
  );
}

/** Returns the faces that the camera sees, the farthest first. */
export function visible(stage: Stage, all: readonly Face[]): Face[] {
  return all.filter((f) => faces(stage, f)).sort((a, b) => b.depth - a.depth);
}

/** Returns the six faces of a box between two opposite corners. */
export function box(place: Placement, [x0, y0, z0]: Point3, [x1, y1, z1]: Point3): Face[] {
  const inside = place((x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2);
  const p = (x: number, y: number, z: number): Point3 => place(x, y, z);
  return [
    [p(x0, y0, z0), p(x1, y0, z0), p(x1, y1, z0), p(x0, y1, z0)],
    [p(x0, y0, z1), p(x1, y0, z1), p(x1, y1, z1), p(x0, y1, z1)],
    [p(x0, y0, z0), p(x0, y0, z1), p(x0, y1, z1), p(x0, y1, z0)],
    [p(x1, y0, z0), p(x1, y0, z1), p(x1, y1, z1), p(x1, y1, z0)],
    [p(x0, y1, z0), p(x1, y1, z0), p(x1, y1, z1), p(x0, y1, z1)]
  ].map((corners) => face(corners, inside));
}

/** Returns the part of a four-cornered face between shares u of its width and v of its height. */
export function patch(
  {corners: [a, b, c, d]}: Face,
  u0: number,
  u1: number,
  v0: number,
  v1: number
): Point3[] {
  const at = (u: number, v: number): Point3 => {
    const along = (i: number): number =>
      (1 - v) * ((1 - u) * a[i] + u * b[i]) + v * ((1 - u) * d[i] + u * c[i]);
    return [along(0), along(1), along(2)];
  };
  return [at(u0, v0), at(u1, v0), at(u1, v1), at(u0, v1)];
}

/** Returns *corners* drawn towards their middle by *share* of the way. */
export function inset(corners: readonly Point3[], share: number): Point3[] {
  const n = corners.length;
  const center = [0, 1, 2].map((i) => corners.reduce((sum, p) => sum + p[i], 0) / n);
  return corners.map((p) => [
    p[0] + (center[0] - p[0]) * share,
    p[1] + (center[1] - p[1]) * share,
    p[2] + (center[2] - p[2]) * share
  ]);
}

/**
 * Returns a round bar from *a* to *b* as seen, its thickness going from *wa* to *wb* meters but
 * nowhere below *least* pixels of a picture 257 pixels wide.
 */
export function bar(view: View, a: Point3, b: Point3, wa: number, wb = wa, least = 0): number[] {
  const [ax, ay] = view.point(...a);
  const [bx, by] = view.point(...b);
  const floor = least * view.pixel;
  return ribbon(
    ax,
    ay,
    bx,
    by,
    Math.max(floor, wa * view.perMeter(a[2])),
    Math.max(floor, wb * view.perMeter(b[2]))
  );
}
