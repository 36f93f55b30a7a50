import {mulberry32} from "../../model/random.ts";
import {css, fillPolygons, type Stage} from "../brush.ts";
import {mix, scale} from "../light.ts";
import {between} from "../palette.ts";
import {ellipse} from "../polygon.ts";
import {buildingLine, kerbHeight, label, type Rgb} from "../scene.ts";
import {grainTable, smoothGrain} from "./grain.ts";
import {paintClouds} from "./sky.ts";

const near = 1;
const far = 400;

/** Returns the piece of ground between two lines along the street and two depths, as seen. */
function strip(
  {scene, view}: Stage,
  left: number,
  right: number,
  y: number,
  from = near,
  to = far
): number[] {
  // Straight lines stay straight; a bend takes more corners the farther a strip reaches.
  const steps = scene.street.bend ? Math.max(1, Math.ceil(2.2 * Math.log(to / from))) : 1;
  const edge = (x: number): number[] => {
    const points: number[] = [];
    for (let i = 0; i <= steps; ++i) {
      const z = from * (to / from) ** (i / steps);
      points.push(...view.point(x, y, z));
    }
    return points;
  };
  const back = edge(right);
  const reversed: number[] = [];
  for (let i = back.length - 2; i >= 0; i -= 2) reversed.push(back[i], back[i + 1]);
  return [...edge(left), ...reversed];
}

/** Paints road, pavements, kerbs, side streets and lawns, then their markings and texture. */
export function paintGround(stage: Stage): void {
  const {scene, view, light, brush} = stage;
  const {street} = scene;
  const {width, height, horizon} = view;
  const lit = light.facing([0, 1, 0]);
  const shade = (albedo: Rgb, depth = 14): Rgb => light.shade(albedo, lit, depth);
  brush.subject(null, label.pavement);
  brush.fill([[0, horizon, width, horizon, width, height, 0, height]], shade(street.paving));

  const lines = [-buildingLine(street, -1), buildingLine(street, 1)];
  brush.subject(null, label.tree);
  for (const plot of street.plots) {
    if (plot.use !== "park" || plot.to <= near) continue;
    const line = lines[plot.side < 0 ? 0 : 1];
    const from = Math.max(near, plot.from);
    const lawn = strip(stage, line, plot.side * 90, kerbHeight, from, plot.to);
    brush.fill([lawn], shade(street.grass, from + 5));
  }
  brush.subject(null, label.road);
  const road = strip(stage, -street.half, street.half, 0);
  const junctions = street.plots
    .filter((plot) => plot.use === "junction" && plot.to - 1.2 > near)
    .map((plot) => {
      const inner = plot.side * (street.half - 0.2);
      return strip(stage, inner, plot.side * 90, 0, Math.max(near, plot.from + 1.2), plot.to - 1.2);
    });
  brush.fill([road, ...junctions], shade(street.asphalt));

  brush.subject(null, label.pavement);
  const kerbs: number[][] = [];
  const tops: number[][] = [];
  for (const side of [-1, 1] as const) {
    let from = near;
    const gaps = street.plots.filter((p) => p.side === side && p.use === "junction" && p.to > near);
    for (const gap of [...gaps, null]) {
      const to = gap ? gap.from + 1.2 : far;
      if (to > from) {
        const edge = side * street.half;
        const face = strip(stage, edge, edge, 0, from, to);
        const top = strip(stage, edge, edge, kerbHeight, from, to);
        const half = face.length / 2;
        kerbs.push([...face.slice(0, half), ...top.slice(half)]);
        tops.push(strip(stage, edge, edge + side * 0.16, kerbHeight, from, to));
      }
      if (gap) from = Math.max(near, gap.to - 1.2);
    }
  }
  brush.fill([...kerbs, ...tops], shade(scale(street.kerb, 0.72)));
  if (!brush.canvas) return;
  fillPolygons(brush.canvas, tops, css(shade(street.kerb)));
  paintMarkings(stage, shade([214, 212, 202]));
  paintSlabs(stage);
}

/** Paints lane lines, edge lines, yellow lines, arrows of wear, and a zebra crossing. */
function paintMarkings(stage: Stage, white: Rgb): void {
  const {scene, light, brush} = stage;
  const {half, markings, crossing, drive} = scene.street;
  const canvas = brush.canvas!;
  const random = mulberry32(scene.seed ^ 0x3a7);
  const paint = css(
    mix(white, light.shade(scene.street.asphalt, 0.5, 14), between(random, 0, 0.4))
  );
  const patches: number[][] = [];
  for (let i = 0; i < 4; ++i) {
    const x = between(random, -half * 0.8, half * 0.6);
    const z = between(random, 3, 24);
    patches.push(strip(stage, x, x + between(random, 0.6, 2), 0, z, z + between(random, 1, 5)));
  }
  fillPolygons(canvas, patches.slice(0, 2), css([20, 20, 26], 0.13));
  fillPolygons(canvas, patches.slice(2), css([236, 232, 226], 0.07));
  const clear = (z: number): boolean => !crossing || z + 4 < crossing || z > crossing + 5;
  const dashes = (x: number, width: number, length: number, gap: number): number[][] => {
    const pieces: number[][] = [];
    for (let z = near + between(random, 0, gap); z < 90; z += length + gap) {
      if (clear(z)) pieces.push(strip(stage, x - width / 2, x + width / 2, 0, z, z + length));
    }
    return pieces;
  };
  const solid = (x: number, width: number): number[] =>
    strip(stage, x - width / 2, x + width / 2, 0, near, 120);
  if (markings % 3 !== 2) fillPolygons(canvas, dashes(0, 0.13, 2.4, 3.6), paint);
  else fillPolygons(canvas, [solid(-0.12, 0.1), solid(0.12, 0.1)], paint);
  if (markings >= 2 && markings < 5) {
    const yellow = css(light.shade([206, 170, 60], 0.4, 10), 0.85);
    const edge = half - 0.3;
    const lines = [solid(-edge, 0.09), solid(edge, 0.09)];
    if (markings === 3) lines.push(solid(-edge + 0.2, 0.09), solid(edge - 0.2, 0.09));
    fillPolygons(canvas, lines, markings === 4 ? paint : yellow);
  }
  if (markings === 5) {
    fillPolygons(canvas, dashes(drive * (half - 1.5), 0.12, 1.2, 1.2), paint);
  }
  const cover = between(random, 5, 14);
  const [cx, cy] = stage.view.point(between(random, -half, half) * 0.7, 0, cover);
  const unit = stage.view.perMeter(cover) * 0.34;
  const flat = (unit * scene.camera.height) / cover;
  fillPolygons(canvas, [ellipse(cx, cy, unit, flat, 20)], css([30, 30, 34], 0.6));
  fillPolygons(canvas, [ellipse(cx, cy, unit * 0.8, flat * 0.75, 20)], css([96, 92, 90], 0.3));
  if (crossing) {
    const bars: number[][] = [];
    for (let x = -half + 0.35; x < half - 0.5; x += 1.15) {
      bars.push(strip(stage, x, x + 0.58, 0, crossing, crossing + 3));
    }
    bars.push(strip(stage, -half, half, 0, crossing - 1.6, crossing - 1.3));
    fillPolygons(canvas, bars, paint);
  }
}

/** Paints the joints between the slabs of the pavements, as far as they can be told apart. */
function paintSlabs(stage: Stage): void {
  const {scene, light, brush} = stage;
  const {street} = scene;
  const joints: number[][] = [];
  const y = kerbHeight;
  for (const side of [-1, 1]) {
    const outer = buildingLine(street, side);
    for (let x = street.half + 0.75; x < outer - 0.2; x += 0.75) {
      joints.push(strip(stage, side * (x - 0.012), side * (x + 0.012), y, near, 16));
    }
    for (let z = 2.2; z < 16; z += 0.75) {
      joints.push(
        strip(stage, side * (street.half + 0.16), side * outer, y, z, z + 0.02 + z * 0.002)
      );
    }
  }
  fillPolygons(brush.canvas!, joints, css(light.shade(scale(street.paving, 0.5), 0.2, 8), 0.3));
}

/**
 * Finishes sky and ground pixel by pixel, before anything stands on them: clouds above the horizon;
 * below it stains and worn patches in perspective, and grain where it is near.
 */
export function paintSurfaces(stage: Stage): void {
  const {scene, view, brush} = stage;
  const {canvas} = brush;
  if (!canvas) return;
  const {width, height} = view;
  const pixels = canvas.getImageData(0, 0, width, height);
  const {data} = pixels;
  paintClouds(stage, data);
  const table = grainTable();
  const offset = (scene.seed % 97) * 3.7;
  const wheel = scene.street.half * 0.42;
  for (let y = Math.max(0, Math.ceil(view.horizon) + 1); y < height; ++y) {
    const {x: x0, depth} = view.ground(0.5, y + 0.5);
    const step = view.ground(1.5, y + 0.5).x - x0;
    const fade = 1 / (1 + depth / 14);
    const fine = 0.15 / (1 + (depth / 8) ** 2);
    const row = depth * 0.35;
    const far = depth * 0.06 + 9;
    const grit = Math.floor(depth * 31) * 61;
    let i = y * width * 4;
    for (let column = 0, x = x0; column < width; ++column, x += step, i += 4) {
      let level = 1 + 0.22 * fade * smoothGrain(table, x * 1.1 + offset, row);
      level += 0.2 * smoothGrain(table, x * 0.28 + offset, far);
      level += fine * table[(Math.floor(x * 58) + grit) & 0xffff];
      const track = Math.abs(Math.abs(Math.abs(x) - wheel) - 0.75);
      if (track < 0.3) level -= 0.07 * (1 - track / 0.3);
      data[i] *= level;
      data[i + 1] *= level;
      data[i + 2] *= level;
    }
  }
  canvas.putImageData(pixels, 0, 0);
}
