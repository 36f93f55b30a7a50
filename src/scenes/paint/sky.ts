import {mulberry32} from "../../model/random.ts";
import {css, fillPolygons, type Stage} from "../brush.ts";
import {mix} from "../light.ts";
import {between} from "../palette.ts";
import {ellipse} from "../polygon.ts";
import {label} from "../scene.ts";
import {grainTable, smoothGrain} from "./grain.ts";
import {leafy} from "./vegetation.ts";

/** Paints the sky; its clouds are added by `paintClouds`. */
export function paintSky({view, light, brush}: Stage): void {
  const {width, height} = view;
  brush.subject(null, label.sky);
  brush.fill([[0, 0, width, 0, width, height, 0, height]], light.skyLow);
}

/**
 * Computes the sky's colors into *data*, the RGBA pixels of the picture's rows from the top to the
 * horizon: a gradient, and on it clouds that lie in a plane high above the street. Their density
 * is found on a coarse lattice, for they are soft.
 */
export function paintClouds({scene, view, light}: Stage, data: Uint8ClampedArray): void {
  const {width, horizon} = view;
  const rows = Math.min(Math.ceil(horizon), data.length / width / 4);
  const cell = 2.5 * view.pixel;
  const columns = Math.ceil(width / cell) + 2;
  const lattice = Math.ceil(rows / cell) + 2;
  const density = new Float32Array(columns * lattice);
  const relief = new Float32Array(columns * lattice);
  const table = grainTable();
  const offset = (scene.seed % 1009) * 1.7;
  const focal = scene.camera.focal * width;
  const vanish = scene.camera.vanish * width;
  const threshold = 0.2 - light.cover * 0.46;
  for (let r = 0; r < lattice; ++r) {
    const up = Math.max(0, horizon - r * cell) / focal + 0.09;
    for (let c = 0; c < columns; ++c) {
      const x = (c * cell - vanish) / focal / up + offset;
      const z = 1.3 / up + offset;
      const cloud = cloudiness(table, x, z);
      density[r * columns + c] = Math.min(1, Math.max(0, (cloud - threshold) * 4.2));
      relief[r * columns + c] = (cloud - cloudiness(table, x + 0.16, z - 0.22)) * 1.9;
    }
  }
  for (let y = 0, i = 0; y < rows; ++y) {
    const low = (y / horizon) ** 1.3;
    const base = mix(light.skyTop, light.skyLow, low);
    const dark = mix(light.cloud, base, 0.62);
    const v = y / cell;
    const r = Math.floor(v) * columns;
    const fv = v - Math.floor(v);
    for (let x = 0; x < width; ++x, i += 4) {
      const u = x / cell;
      const c = r + Math.floor(u);
      const fu = u - Math.floor(u);
      // No closure here: this runs for every pixel.
      const a = (1 - fv) * (1 - fu);
      const b = (1 - fv) * fu;
      const d = fv * (1 - fu);
      const e = fv * fu;
      const c1 = c + columns;
      const thick = a * density[c] + b * density[c + 1] + d * density[c1] + e * density[c1 + 1];
      const raised = a * relief[c] + b * relief[c + 1] + d * relief[c1] + e * relief[c1 + 1];
      const cover = thick * (0.92 - 0.45 * low);
      const bright = Math.min(1, Math.max(0, 0.62 + raised));
      for (let k = 0; k < 3; ++k) {
        const cloud = dark[k] + (light.cloud[k] - dark[k]) * bright;
        data[i + k] = base[k] + (cloud - base[k]) * cover;
      }
    }
  }
}

/** Returns four octaves of smooth noise, in about −½…½. */
function cloudiness(table: Float32Array, x: number, y: number): number {
  let sum = 0;
  for (let octave = 0, gain = 0.55, f = 0.55; octave < 4; ++octave, gain *= 0.52, f *= 2.1) {
    sum += gain * smoothGrain(table, x * f + octave * 17, y * f);
  }
  return sum;
}

/** Paints the glow around the sun, if it is in view. */
export function paintGlow({view, light, brush}: Stage): void {
  const {canvas} = brush;
  const [sx, sy, sz] = light.sun;
  if (!canvas || sz < 0.2 || light.direct[0] < 0.5) return;
  const [x, y] = view.point(sx * 1000, sy * 1000, sz * 1000);
  const glow = canvas.createRadialGradient(x, y, 0, x, y, view.width * 0.55);
  glow.addColorStop(0, "rgba(255,250,232,0.95)");
  glow.addColorStop(0.05, "rgba(255,246,220,0.6)");
  glow.addColorStop(1, "rgba(255,240,210,0)");
  canvas.fillStyle = glow;
  canvas.fillRect(0, 0, view.width, view.horizon + 1);
}

/** Paints what closes the street at its far end: roofs and treetops in the haze. */
export function paintBackdrop(stage: Stage): void {
  const {scene, view, light, brush} = stage;
  const {backdrop} = scene;
  const {width, horizon} = view;
  const random = mulberry32(backdrop.seed);
  const base = horizon + 0.4 * view.pixel;
  if (backdrop.skyline) {
    brush.subject(null, label.building);
    const color = light.shade(backdrop.color, 0.3, 130);
    for (let x = -0.05 * width; x < width;) {
      const w = width * between(random, 0.06, 0.16);
      const top = horizon - width * between(random, 0.025, 0.07);
      const peak = random() < 0.5 ? width * between(random, 0.01, 0.02) : 0;
      const house = [x, base, x, top, x + w / 2, top - peak, x + w, top, x + w, base];
      brush.fill([house], mix(color, light.haze, random() * 0.25));
      if (brush.canvas) {
        const glass: number[][] = [];
        const unit = width * 0.008;
        for (let wx = x + unit; wx < x + w - unit; wx += unit * 2.2) {
          for (let wy = top + unit; wy < horizon - unit; wy += unit * 2.4) {
            glass.push([wx, wy, wx + unit, wy, wx + unit, wy + unit, wx, wy + unit]);
          }
        }
        fillPolygons(brush.canvas, glass, css(mix(color, [40, 46, 56], 0.35)));
      }
      x += w * between(random, 1, 1.5);
    }
  }
  if (backdrop.trees || !backdrop.skyline) {
    brush.subject(null, label.tree);
    const crowns: number[][] = [];
    for (let x = 0; x < width * 1.04; x += width * between(random, 0.025, 0.05)) {
      const r = width * between(random, 0.022, 0.04);
      crowns.push(ellipse(x, horizon - r * between(random, 0.3, 0.8), r * 1.2, r, 12, 0.12));
    }
    crowns.push([0, horizon - width * 0.012, width, horizon - width * 0.012, width, base, 0, base]);
    leafy(stage, crowns, backdrop.foliage, 130, random);
  }
}
