import {mulberry32} from "../../model/random.ts";
import {css, fillPolygons, type Stage} from "../brush.ts";
import {scale} from "../light.ts";
import {between} from "../palette.ts";
import {ellipse} from "../polygon.ts";
import {groundHeight, label, type Rgb, type SceneObject} from "../scene.ts";
import {bar, box, placement, visible} from "./solid.ts";

/**
 * Fills *crowns* with foliage: a silhouette, and in pictures hundreds of leaves on it, dark below
 * and light where the sun comes from.
 */
export function leafy(
  {light, brush, view}: Stage,
  crowns: readonly number[][],
  color: Rgb,
  depth: number,
  random: () => number
): void {
  const shade = (level: number): Rgb =>
    light.shade(scale(color, level), Math.max(0, level - 0.55), depth);
  brush.fill(crowns, shade(0.62));
  if (!brush.canvas) return;
  const boxes = crowns.map((crown) => {
    const [x0, y0, x1, y1] = bounds(crown);
    return {x: (x0 + x1) / 2, y: (y0 + y1) / 2, rx: (x1 - x0) / 2, ry: (y1 - y0) / 2};
  });
  const top = Math.min(...boxes.map((b) => b.y - b.ry));
  const bottom = Math.max(...boxes.map((b) => b.y + b.ry));
  const lit = light.direct[0] > 0.3 ? light.sun : [0, 1, 0];
  const levels = 5;
  const leaves: number[][][] = Array.from({length: levels}, () => []);
  for (const {x, y, rx, ry} of boxes) {
    const size = Math.max(1.4 * view.pixel, Math.min(rx, ry) * 0.2);
    const count = Math.min(24, Math.round((rx * ry * 0.75) / size ** 2));
    for (let i = 0; i < count; ++i) {
      const angle = random() * 2 * Math.PI;
      const radius = Math.sqrt(random()) * 0.86;
      const dx = Math.cos(angle) * radius;
      const dy = Math.sin(angle) * radius;
      const lx = x + dx * (rx - size);
      const ly = y + dy * (ry - size);
      const height = (bottom - ly) / (bottom - top || 1);
      const sunny = 0.5 + 0.3 * (dx * lit[0] - dy * lit[1]) + 0.45 * (height - 0.5);
      const level = Math.floor((sunny + between(random, -0.22, 0.22)) * levels);
      const r = size * between(random, 0.6, 1.1);
      leaves[Math.min(levels - 1, Math.max(0, level))].push(leaf(lx, ly, r, angle));
    }
  }
  leaves.forEach((blobs, i) => {
    fillPolygons(brush.canvas!, blobs, css(shade(0.42 + (i / (levels - 1)) * 0.95)));
  });
}

/** Returns a spray of leaves: a crooked quadrilateral, which is quick to fill. */
function leaf(x: number, y: number, r: number, turn: number): number[] {
  const c = r * Math.cos(turn);
  const s = r * Math.sin(turn);
  return [x + c, y + s, x - s * 0.7, y + c * 0.7, x - c * 0.9, y - s, x + s * 0.9, y - c * 0.8];
}

function bounds(polygon: readonly number[]): [number, number, number, number] {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < polygon.length; i += 2) {
    x0 = Math.min(x0, polygon[i]);
    x1 = Math.max(x1, polygon[i]);
    y0 = Math.min(y0, polygon[i + 1]);
    y1 = Math.max(y1, polygon[i + 1]);
  }
  return [x0, y0, x1, y1];
}

/** Paints a tree: trunk, boughs and a crown that is round, tall, wide or pointed. */
export function paintTree(stage: Stage, tree: SceneObject): void {
  const {scene, view, light, brush} = stage;
  const {x, depth, height, style} = tree;
  const random = mulberry32(tree.seed);
  const floor = groundHeight(scene.street, x, depth);
  const unit = view.perMeter(depth);
  const trunk = height * [0.34, 0.22, 0.38, 0.16][style];
  const radius = tree.width / 2;
  brush.subject(tree.id, label.tree);
  const lean = between(random, -0.2, 0.2);
  const fork: [number, number, number] = [x + lean, floor + trunk + radius * 0.5, depth];
  const stem = [bar(view, [x, floor, depth], fork, 0.42, 0.26, 2)];
  for (let i = -1; i <= 1; ++i) {
    const tip: [number, number, number] = [x + i * radius * 0.5, floor + height * 0.7, depth];
    stem.push(bar(view, fork, tip, 0.2, 0.08, 1));
  }
  brush.fill(stem, light.shade(tree.accent, 0.3, depth));
  if (brush.canvas) {
    const side = Math.sign(light.sun[0]) || 1;
    const strip = bar(
      view,
      [x - side * 0.1, floor, depth],
      [fork[0] - side * 0.06, fork[1], depth],
      0.2,
      0.12
    );
    fillPolygons(brush.canvas, [strip], css(light.shade(scale(tree.accent, 0.62), 0, depth)));
  }
  const crowns: number[][] = [];
  const near = unit / view.pixel > 8;
  const clump = (cx: number, cy: number, rx: number, ry: number): void => {
    const [px, py] = view.point(cx, floor + cy, depth);
    crowns.push(ellipse(px, py, rx * unit, ry * unit, near ? 22 : 10, 0.13, random() * 6));
  };
  const rise = height - trunk;
  if (style === 3) {
    for (let i = 0; i < 7; ++i) {
      const t = i / 6;
      const r = radius * 0.75 * (1 - 0.85 * t);
      clump(x + between(random, -0.1, 0.1), trunk + rise * (0.1 + 0.85 * t), r, rise * 0.13);
    }
  } else {
    const [narrow, count] = [
      [1, 11],
      [0.62, 11],
      [1.15, 13]
    ][style];
    clump(x + lean, trunk + rise * 0.52, radius * 0.7 * narrow, rise * 0.4);
    for (let i = 0; i < count; ++i) {
      const angle = (2 * Math.PI * i) / count + between(random, -0.2, 0.2);
      const r = between(random, 0.3, 0.46);
      clump(
        x + lean + Math.cos(angle) * radius * 0.66 * narrow,
        trunk + rise * (0.52 + Math.sin(angle) * 0.31),
        radius * r * narrow * 1.1,
        rise * r * 0.5
      );
    }
  }
  leafy(stage, crowns, tree.color, depth, random);
}

/** Paints a clipped hedge along the street. */
export function paintHedge(stage: Stage, hedge: SceneObject): void {
  const {scene, view, brush} = stage;
  const {x, depth, length, width, height} = hedge;
  const near = Math.max(1.2, depth - length / 2);
  const far = depth + length / 2;
  if (far <= near) return;
  const random = mulberry32(hedge.seed);
  const middle = (near + far) / 2;
  const place = placement({...hedge, depth: middle}, scene.street);
  const half = (far - near) / 2;
  brush.subject(hedge.id, label.tree);
  const sides = visible(stage, box(place, [-width / 2, 0, -half], [width / 2, height, half]));
  const crowns = sides.map((f) => view.polygon(f.corners));
  for (let z = near; z < far; z += 0.5 + z * 0.06) {
    const unit = view.perMeter(z);
    const [px, py] = view.point(x, height, z);
    crowns.push(
      ellipse(px, py, unit * (0.4 + z * 0.04), unit * between(random, 0.16, 0.3), 12, 0.12)
    );
    const [qx, qy] = view.point(x - Math.sign(x) * width * 0.5, height * 0.5, z);
    crowns.push(ellipse(qx, qy, unit * (0.3 + z * 0.03), unit * height * 0.42, 12, 0.1));
  }
  leafy(stage, crowns, hedge.color, Math.min(depth, near + 6), random);
}
