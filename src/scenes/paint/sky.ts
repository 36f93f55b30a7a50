import {mulberry32} from "../../model/random.ts";
import {css, fillPolygons, type Stage} from "../brush.ts";
import {mix} from "../light.ts";
import {between} from "../palette.ts";
import {ellipse} from "../polygon.ts";
import {label} from "../scene.ts";
import {leafy} from "./vegetation.ts";

/** Paints the sky, its clouds, and the glow around the sun if it is in view. */
export function paintSky({scene, view, light, brush}: Stage): void {
  const {width, height, horizon} = view;
  brush.subject(null, label.sky);
  brush.fill([[0, 0, width, 0, width, height, 0, height]], light.skyLow);
  const {canvas} = brush;
  if (!canvas) return;
  const gradient = canvas.createLinearGradient(0, 0, 0, horizon);
  gradient.addColorStop(0, css(light.skyTop));
  gradient.addColorStop(1, css(light.skyLow));
  canvas.fillStyle = gradient;
  canvas.fillRect(0, 0, width, horizon + 1);
  const random = mulberry32(scene.seed ^ 0x51c4);
  for (let i = Math.round(light.cover * 14); i > 0; --i) {
    const y = horizon * (1 - random() ** 0.7);
    const spread = (0.35 + (horizon - y) / horizon) * width * 0.2;
    const x = random() * width;
    const puffs = Array.from({length: 9}, () => {
      const rx = spread * between(random, 0.15, 0.45);
      return ellipse(
        x + spread * between(random, -1, 1),
        y + spread * between(random, -0.12, 0.08),
        rx,
        rx * between(random, 0.16, 0.34),
        20
      );
    });
    const under = puffs.map((p) => p.map((v, j) => (j % 2 ? v + spread * 0.045 : v)));
    fillPolygons(canvas, under, css(mix(light.cloud, light.skyTop, 0.45), 0.25));
    fillPolygons(canvas, puffs, css(light.cloud, 0.3));
    fillPolygons(canvas, puffs.slice(0, 5), css(light.cloud, 0.35));
  }
  const [sx, sy, sz] = light.sun;
  if (sz > 0.2 && light.direct[0] > 0.5) {
    const [x, y] = view.point(sx * 1000, sy * 1000, sz * 1000);
    const glow = canvas.createRadialGradient(x, y, 0, x, y, width * 0.55);
    glow.addColorStop(0, "rgba(255,250,232,0.95)");
    glow.addColorStop(0.05, "rgba(255,246,220,0.6)");
    glow.addColorStop(1, "rgba(255,240,210,0)");
    canvas.fillStyle = glow;
    canvas.fillRect(0, 0, width, horizon + 1);
  }
}

/** Paints what closes the street at its far end: roofs and treetops in the haze. */
export function paintBackdrop(stage: Stage): void {
  const {scene, view, light, brush} = stage;
  const {backdrop} = scene;
  const {width, horizon} = view;
  const random = mulberry32(backdrop.seed);
  const base = horizon + 2 * view.pixel;
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
      crowns.push(ellipse(x, horizon - r * between(random, 0.3, 0.8), r * 1.2, r, 18, 0.12));
    }
    crowns.push([0, horizon - width * 0.012, width, horizon - width * 0.012, width, base, 0, base]);
    leafy(stage, crowns, backdrop.foliage, 130, random);
  }
}
