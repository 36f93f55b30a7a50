import {mulberry32} from "../../model/random.ts";
import {css, fillPolygons, type Stage} from "../brush.ts";
import {mix, scale} from "../light.ts";
import {between} from "../palette.ts";
import type {Rgb, SceneObject} from "../scene.ts";
import {shadeHeight} from "./shadows.ts";

/** A wall as a plane of its own: meters along it and up it, to polygons in the picture. */
export interface Wall {
  readonly from: number;
  readonly to: number;
  readonly depth: number;
  quad(u0: number, u1: number, y0: number, y1: number): number[];
}

/** Paints bricks and stains a little darker and lighter than the wall, and dirt at its foot. */
function weather(
  {view, light, brush}: Stage,
  {from, to, depth, quad}: Wall,
  height: number,
  color: Rgb,
  direct: number,
  random: () => number
): void {
  const canvas = brush.canvas!;
  const fine = view.perMeter(depth) / view.pixel;
  const count = fine > 10 ? 36 : fine > 5 ? 10 : 0;
  for (const [level, alpha] of [
    [0.74, 0.22],
    [1.22, 0.17]
  ]) {
    const bricks: number[][] = [];
    for (let i = 0; i < count; ++i) {
      const u = between(random, from, to);
      const y = between(random, 0, height - 0.2);
      const w = between(random, 0.4, 1.1) ** 2;
      bricks.push(quad(u, Math.min(to, u + w), y, y + 0.11));
    }
    fillPolygons(canvas, bricks, css(light.shade(scale(color, level), direct, depth), alpha));
  }
  const outline = quad(from, to, 0, height);
  const rows = outline.filter((_, i) => i % 2);
  const dirt = canvas.createLinearGradient(0, Math.min(...rows), 0, Math.max(...rows));
  dirt.addColorStop(0, css(light.skyLow, 0.1));
  dirt.addColorStop(0.4, css(light.skyLow, 0.001));
  dirt.addColorStop(1, css([14, 12, 16], 0.3));
  fillPolygons(canvas, [outline], dirt);
}

/** Paints the end of a building: weathering, and a window or two. */
export function paintEnd(stage: Stage, building: SceneObject, wall: Wall, direct: number): void {
  const {light, brush} = stage;
  const random = mulberry32(building.seed ^ 0x18b3);
  const {from, to, depth, quad} = wall;
  weather(stage, wall, building.height, building.color, direct, random);
  const frames: number[][] = [];
  const panes: number[][] = [];
  const u = from + (to - from) * between(random, 0.2, 0.6);
  for (let y = 1; y + 2 < building.height; y += 3.05) {
    if (random() < 0.45) continue;
    frames.push(quad(u - 0.1, u + 1, y - 0.1, y + 1.5));
    panes.push(quad(u, u + 0.9, y, y + 1.4));
  }
  const trim = mix(building.color, [236, 232, 224], 0.5);
  fillPolygons(brush.canvas!, frames, css(light.shade(trim, direct, depth)));
  fillPolygons(brush.canvas!, panes, css(light.shade([44, 50, 60], 0.1, depth)));
}

/** Paints the shadow that the buildings across the street throw on a facade in the sun. */
export function shadeFacade(
  {scene, light, brush}: Stage,
  x: number,
  {from, to, quad}: Wall,
  top: number
): void {
  const steps = 12;
  const step = (to - from) / steps;
  const quads: number[][] = [];
  for (let i = 0; i < steps; ++i) {
    const z = from + i * step;
    const height = Math.min(top, shadeHeight(scene, light, x, z + step / 2));
    if (height > 0) quads.push(quad(z, z + step, 0, height));
  }
  fillPolygons(brush.canvas!, quads, css([14, 18, 40], light.shadow * 0.85));
}

/** Paints what the wall along the street has: windows, a door or a shop, courses, cornice. */
export function paintFacade(stage: Stage, building: SceneObject, wall: Wall, direct: number): void {
  const {light, brush, view} = stage;
  const canvas = brush.canvas!;
  const {height, color, accent, seed, style} = building;
  const random = mulberry32(seed ^ 0x7f31);
  const {from, to, quad} = wall;
  const tone = (albedo: Rgb, share = direct): Rgb => light.shade(albedo, share, wall.depth);
  const paint = (quads: number[][], albedo: Rgb, alpha = 1, share = direct): void =>
    fillPolygons(canvas, quads, css(tone(albedo, share), alpha));

  weather(stage, wall, height, color, direct, random);
  paint([quad(from, to, 0, 0.5)], scale(color, 0.7), 0.6);
  const pale = mix(color, [236, 232, 224], 0.6);
  const trim = random() < 0.7 ? pale : scale(color, 0.7);
  paint([quad(from, to, height - 0.35, height)], trim);
  paint([quad(from, to, height - 0.55, height - 0.35)], scale(color, 0.55), 0.7);

  const shop = Math.floor(style / 3) % 2 === 1;
  const ground = shop ? 3.6 : 3.1;
  if (shop) paintShop(stage, wall, accent, random, tone);
  const storeys = Math.max(1, Math.floor((height - 0.9 - (shop ? 0.5 : 0)) / 3.05));
  const kind = Math.floor(style / 6) % 3;
  const [pitch, w, h] = [
    [2.4, 1.05, 1.65],
    [3.2, 2.1, 1.45],
    [2, 1, 1.3]
  ][kind];
  const origin = building.depth - building.length / 2;
  const columns = Math.max(1, Math.floor(building.length / pitch));
  const spacing = building.length / columns;
  const frames: number[][] = [];
  const sills: number[][] = [];
  const dark: number[][] = [];
  const bright: number[][] = [];
  const lit: number[][] = [];
  const reveals: number[][] = [];
  const bars: number[][] = [];
  const scaleHere = view.perMeter(wall.depth) / view.pixel;
  const fine = scaleHere > 9;
  const doorColumn = Math.floor(random() * columns);
  for (let floor = shop ? 1 : 0; floor < storeys; ++floor) {
    const y = (floor ? ground + (floor - 1) * 3.05 : 0) + 0.95;
    for (let i = 0; i < columns; ++i) {
      const chance = random();
      const u = origin + (i + 0.5) * spacing - w / 2;
      if (floor === 0 && i === doorColumn) continue;
      if (u < from + 0.1 || u + w > to) continue;
      frames.push(quad(u - 0.1, u + w + 0.1, y - 0.1, y + h + 0.1));
      const glass = light.lamps && chance < 0.4 ? lit : chance < 0.75 ? dark : bright;
      glass.push(quad(u, u + w, y, y + h));
      if (scaleHere < 5) continue;
      sills.push(quad(u - 0.2, u + w + 0.2, y - 0.22, y - 0.08));
      reveals.push(quad(u, u + w, y + h * 0.86, y + h));
      if (fine) {
        reveals.push(quad(u, u + w * 0.1, y, y + h));
        bars.push(quad(u, u + w, y + h * 0.5 - 0.03, y + h * 0.5 + 0.03));
        for (let j = 1; j < (kind === 1 ? 3 : 2); ++j) {
          const c = u + (w * j) / (kind === 1 ? 3 : 2);
          bars.push(quad(c - 0.03, c + 0.03, y, y + h));
        }
      }
    }
    if (floor && random() < 0.4) {
      const y0 = ground + (floor - 1) * 3.05 + 0.1;
      paint([quad(from, to, y0, y0 + 0.16)], trim, 0.8);
    }
  }
  const glassTone = mix([40, 46, 56], light.skyTop, 0.12);
  paint(frames, trim);
  paint(sills, scale(trim, 1.08));
  paint(dark, glassTone, 1, 0.1);
  fillPolygons(canvas, bright, css(mix(tone(glassTone), light.skyLow, 0.45)));
  fillPolygons(canvas, lit, css(mix([255, 206, 122], tone(glassTone), between(random, 0, 0.3))));
  paint(reveals, [14, 16, 22], 0.45);
  paint(bars, trim);
  if (!shop) {
    const u = origin + (doorColumn + 0.5) * spacing;
    if (u - 0.7 > from && u + 0.7 < to) {
      paint([quad(u - 0.68, u + 0.68, 0, 2.55)], trim);
      paint([quad(u - 0.5, u + 0.5, 0.1, 2.15)], scale(accent, 0.8));
      paint([quad(u - 0.5, u + 0.5, 2.2, 2.45)], glassTone);
      paint([quad(u - 0.36, u + 0.36, 1.25, 1.95), quad(u - 0.36, u + 0.36, 0.35, 1)], accent, 0.8);
    }
  }
}

/** Paints shop windows under a fascia with lettering, some with an awning. */
function paintShop(
  {light, brush}: Stage,
  {from, to, quad}: Wall,
  accent: Rgb,
  random: () => number,
  tone: (albedo: Rgb, share?: number) => Rgb
): void {
  const canvas = brush.canvas!;
  const dark = tone(mix([34, 38, 46], accent, 0.12));
  fillPolygons(canvas, [quad(from + 0.15, to - 0.15, 0.1, 3.1)], css(tone(scale(accent, 0.62))));
  const panes: number[][] = [];
  const goods: number[][] = [];
  const glints: number[][] = [];
  for (let u = from + 0.4; u + 1.6 < to; u += 2) {
    panes.push(quad(u, u + 1.75, 0.6, 2.5));
    for (let i = 0; i < 4; ++i) {
      const g = u + 0.15 + i * 0.4;
      goods.push(quad(g, g + 0.28, 0.65, between(random, 0.9, 1.6)));
    }
    glints.push(quad(u + 0.1, u + 0.7, 1.5, 2.4));
  }
  fillPolygons(canvas, panes, css(light.lamps ? mix([250, 214, 150], dark, 0.25) : dark));
  fillPolygons(canvas, goods, css(tone([170, 150, 120]), 0.45));
  fillPolygons(canvas, glints, css(light.skyLow, 0.22));
  fillPolygons(canvas, [quad(from + 0.1, to - 0.1, 2.65, 3.35)], css(tone(accent)));
  const letters: number[][] = [];
  const start = between(random, from + 0.5, from + 1.5);
  for (let u = start; u < Math.min(to - 0.8, start + 4.5); u += 0.42) {
    letters.push(quad(u, u + between(random, 0.14, 0.3), 2.82, between(random, 3.05, 3.2)));
  }
  const bright = accent[0] + accent[1] + accent[2] > 380;
  fillPolygons(canvas, letters, css(tone(bright ? [44, 42, 46] : [236, 230, 214])));
  if (random() < 0.4) {
    const awning: number[][] = [];
    for (let u = from + 0.3; u + 0.6 < to; u += 1) awning.push(quad(u, u + 0.5, 2.3, 2.68));
    fillPolygons(canvas, [quad(from + 0.3, to - 0.3, 2.3, 2.68)], css(tone(accent)));
    fillPolygons(canvas, awning, css(tone([232, 228, 218])));
  }
}
