import {css, fillPolygons, type Stage} from "../brush.ts";
import type {Point3} from "../camera.ts";
import {hull, type Polygon} from "../polygon.ts";
import type {Light} from "../light.ts";
import {groundHeight, type Scene, type SceneObject} from "../scene.ts";
import {placement} from "./solid.ts";

const near = 1.05;

/** Returns the part of a polygon on the ground (x, depth in turn) that lies beyond *near*. */
function clip(polygon: Polygon): number[] {
  const kept: number[] = [];
  const n = polygon.length;
  for (let i = 0, j = n - 2; i < n; j = i, i += 2) {
    const [ax, az, bx, bz] = [polygon[j], polygon[j + 1], polygon[i], polygon[i + 1]];
    if (az >= near !== bz >= near) kept.push(ax + ((bx - ax) * (near - az)) / (bz - az), near);
    if (bz >= near) kept.push(bx, bz);
  }
  return kept;
}

/** The corners of what casts an object's shadow: right, up, forward of its place. */
function casters(object: SceneObject): Point3[][] {
  const {kind, width, length, height} = object;
  const w = width / 2;
  const l = length / 2;
  const block = (h0: number, h1: number, bw = w, bl = l): Point3[] =>
    [h0, h1].flatMap((h): Point3[] => [
      [-bw, h, -bl],
      [bw, h, -bl],
      [bw, h, bl],
      [-bw, h, bl]
    ]);
  switch (kind) {
    case "building": {
      const away = Math.sign(object.x) * width;
      return [
        [0, height].flatMap((h): Point3[] => [
          [0, h, -l],
          [away, h, -l],
          [away, h, l],
          [0, h, l]
        ])
      ];
    }
    case "car":
      return [block(0.05, height * 0.6), block(height * 0.5, height, w * 0.75, l * 0.6)];
    case "tree":
      return [
        block(0, height * 0.5, 0.15, 0.15),
        Array.from({length: 12}, (_, i): Point3 => {
          const angle = (i / 12) * 2 * Math.PI;
          return [
            w * Math.cos(angle),
            height * (0.62 + 0.3 * Math.sin(angle)),
            w * Math.sin(angle)
          ];
        })
      ];
    case "sign":
    case "trafficLight":
      return [block(0, height, 0.07, 0.07), block(height - width, height, w, 0.1)];
    case "pedestrian":
      return [block(0, height, 0.16, 0.14)];
    case "bicyclist":
      return [block(0, 0.7, 0.08, l * 0.9), block(0.6, height, 0.2, 0.2)];
    default:
      return [block(0, height)];
  }
}

/** Paints the shadows that objects cast on the ground, and the darkness where they touch it. */
export function paintShadows(stage: Stage): void {
  const {scene, view, light, brush} = stage;
  if (!brush.canvas) return;
  const {street} = scene;
  const cast: number[][] = [];
  const contact: number[][] = [];
  const wide: number[][] = [];
  const [sx, sy, sz] = light.sun;
  const onGround = (ground: Polygon): number[] => {
    const clipped = clip(ground);
    const polygon: number[] = [];
    for (let i = 0; i < clipped.length; i += 2) {
      const [x, z] = [clipped[i], clipped[i + 1]];
      polygon.push(...view.point(x, groundHeight(street, x, z), z));
    }
    return polygon;
  };
  for (const object of scene.objects) {
    const place = placement(object, street);
    if (light.shadow) {
      for (const corners of casters(object)) {
        const ground = corners.flatMap(([right, up, forward]) => {
          const [x, , z] = place(right, up, forward);
          return [x - (sx / sy) * up, z - (sz / sy) * up];
        });
        cast.push(onGround(hull(ground)));
      }
    }
    if (object.kind === "building") continue;
    const [w, l] = [Math.min(object.width, 2.4) / 2, object.length / 2];
    const foot = (grow: number): number[] => {
      const corners = [-1, 1].flatMap((i) =>
        [-1, 1].flatMap((j) => {
          const thin = object.kind === "tree" || object.kind === "bicyclist" ? 0.12 : w * 0.9;
          const [x, , z] = place(i * (thin + grow), 0, j * (l + grow));
          return [x, z];
        })
      );
      return onGround(hull(corners));
    };
    contact.push(foot(0.02));
    wide.push(foot(0.16));
  }
  if (light.shadow) fillPolygons(brush.canvas, cast, css([16, 20, 38], light.shadow));
  fillPolygons(brush.canvas, wide, css([12, 14, 22], 0.2));
  fillPolygons(brush.canvas, contact, css([10, 12, 18], 0.4));
}

/** Returns whether the sun reaches a point of the street past the facades of its buildings. */
export function sunlit({scene, light}: Stage, x: number, y: number, depth: number): boolean {
  return y >= shadeHeight(scene, light, x, depth);
}

/** Returns the height in meters up to which buildings shade what stands at a place. */
export function shadeHeight(
  {objects}: Scene,
  {sun: [sx, sy, sz], shadow}: Light,
  x: number,
  depth: number
): number {
  if (!shadow) return 0;
  let highest = 0;
  for (const {kind, x: wall, depth: middle, length, height} of objects) {
    if (kind !== "building") continue;
    const way = (wall - x) / sx;
    if (way <= 0.1) continue;
    if (Math.abs(depth + way * sz - middle) < length / 2) {
      highest = Math.max(highest, height - way * sy);
    }
  }
  return highest;
}
