import {mulberry32} from "../../model/random.ts";
import {css, fillPolygons, type Stage} from "../brush.ts";
import {nearest, type Point3} from "../camera.ts";
import {mix, scale} from "../light.ts";
import {between} from "../palette.ts";
import {ellipse} from "../polygon.ts";
import {label, type Rgb, type SceneObject} from "../scene.ts";
import {bar, placement} from "./solid.ts";

/** Poles are nowhere thinner than this many pixels of a picture 257 pixels wide. */
const least = 3.2;

/** Paints a round post: lit on the sun's side, dark on the other. */
function paintPost(
  {view, light, brush}: Stage,
  foot: Point3,
  top: Point3,
  width: number,
  color: Rgb,
  others: readonly number[][] = []
): void {
  const depth = foot[2];
  const shaft = bar(view, foot, top, width, width * 0.85, least);
  brush.fill([shaft, ...others], light.shade(color, 0.35, depth));
  if (!brush.canvas) return;
  const side = light.sun[0] > 0 ? 1 : -1;
  const w = Math.max(width, (least * view.pixel) / view.perMeter(depth));
  const stripe = (offset: number, share: number): number[] =>
    bar(
      view,
      [foot[0] + offset * w, foot[1], depth],
      [top[0] + offset * w * 0.85, top[1], depth],
      w * share
    );
  const dark = light.shade(scale(color, 0.6), 0.05, depth);
  fillPolygons(brush.canvas, [stripe(-side * 0.32, 0.34)], css(dark));
  const bright = light.shade(mix(color, [255, 255, 255], 0.15), 0.7, depth);
  fillPolygons(brush.canvas, [stripe(side * 0.2, 0.3)], css(bright));
}

/** Paints a lamp post whose arm reaches over the road. */
export function paintPole(stage: Stage, pole: SceneObject): void {
  const {scene, view, light, brush} = stage;
  const {height, width, color, depth, style} = pole;
  const place = placement(pole, scene.street);
  const side = -Math.sign(pole.x) || 1;
  const reach = [1.5, 1, 0][style] * side;
  const arm =
    style === 2
      ? [bar(view, place(0, height - 0.1, 0), place(0, height + 0.55, 0), 0.5, 0.3, 4)]
      : [
          bar(view, place(0, height - 0.08, 0), place(reach, height + 0.25, 0), 0.16, 0.14, 2.6),
          bar(
            view,
            place(reach * 0.7, height + 0.2, 0),
            place(reach * 1.3, height + 0.28, 0),
            0.26,
            0.2,
            3
          )
        ];
  brush.subject(pole.id, label.pole);
  const base = bar(view, place(0, 0, 0), place(0, 0.9, 0), width * 1.4, width * 1.25, least);
  paintPost(stage, place(0, 0, 0), place(0, height, 0), width, color, [base, ...arm]);
  if (!brush.canvas) return;
  fillPolygons(brush.canvas, [base, ...arm], css(light.shade(scale(color, 0.7), 0.3, depth)));
  const glow: Rgb = light.lamps ? [255, 232, 170] : light.shade([216, 218, 214], 0.4, depth);
  const lamp =
    style === 2
      ? bar(view, place(0, height + 0.05, 0), place(0, height + 0.42, 0), 0.36, 0.24, 3)
      : bar(
          view,
          place(reach * 0.8, height + 0.14, 0),
          place(reach * 1.25, height + 0.2, 0),
          0.1,
          0.1,
          1.4
        );
  fillPolygons(brush.canvas, [lamp], css(glow));
}

/** Paints a bollard. */
export function paintBollard(stage: Stage, bollard: SceneObject): void {
  const {scene, view, light, brush} = stage;
  const {height, width, color, depth, style} = bollard;
  const place = placement(bollard, scene.street);
  brush.subject(bollard.id, label.pole);
  const [x, y] = view.point(...place(0, height, 0));
  const r = (width / 2) * view.perMeter(depth);
  paintPost(stage, place(0, 0, 0), place(0, height, 0), width, color, [
    ellipse(x, y, r, r * 0.6, 14)
  ]);
  if (!brush.canvas || style === 0) return;
  const band = bar(view, place(0, height * 0.74, 0), place(0, height * 0.88, 0), width * 0.88);
  fillPolygons(brush.canvas, [band], css(light.shade([228, 224, 210], 0.5, depth)));
}

/** Paints a sign on its post: a disc, a triangle, a square, a board or a blade. */
export function paintSign(stage: Stage, sign: SceneObject): void {
  const {scene, view, light, brush} = stage;
  const {height, width, color, accent, depth, style} = sign;
  const place = placement(sign, scene.street);
  const unit = view.perMeter(depth);
  const [x, y] = view.point(...place(0, height - width / 2, -0.1));
  const r = (width / 2) * unit;
  brush.subject(sign.id, label.pole);
  paintPost(stage, place(0, 0, 0), place(0, height - width * 0.3, 0), 0.17, [128, 130, 132]);
  const plate = (grow: number): number[] => {
    const q = r * grow;
    switch (style) {
      case 0:
        return ellipse(x, y, q, q, 24);
      case 1:
        return [x - q * 1.1, y + q * 0.85, x, y - q * 1.05, x + q * 1.1, y + q * 0.85];
      case 2:
        return [x - q, y - q, x + q, y - q, x + q, y + q, x - q, y + q];
      case 3: {
        const w = r * 1.5 - (r - q);
        return [x - w, y - q, x + w, y - q, x + w, y + q, x - w, y + q];
      }
      default: {
        const t = r * 1.5 - (r - q);
        return [x - q * 0.8, y - q, x + q * 0.8, y - q, x + q * 0.8, y + t, x - q * 0.8, y + t];
      }
    }
  };
  brush.subject(sign.id, label.sign);
  const lit = light.facing([0, 0, -1]);
  const tone = (albedo: Rgb): string => css(light.shade(albedo, lit, depth));
  brush.fill([plate(1)], light.shade(color, lit, depth));
  const {canvas} = brush;
  if (!canvas) return;
  const random = mulberry32(sign.seed ^ 0x2b);
  const pale: Rgb = [236, 234, 226];
  const bright = color[0] + color[1] + color[2] > 520;
  if (style <= 2) {
    fillPolygons(canvas, [plate(0.72)], tone(bright ? accent : pale));
    const mark = bright ? pale : ([40, 42, 48] as const);
    const glyph = random();
    if (glyph < 0.4) {
      const w = r * 0.14;
      fillPolygons(
        canvas,
        [[x - w, y - r * 0.4, x + w, y - r * 0.4, x + w, y + r * 0.42, x - w, y + r * 0.42]],
        tone(mark)
      );
    } else if (glyph < 0.7) {
      fillPolygons(canvas, [ellipse(x, y + r * 0.1, r * 0.3, r * 0.3, 14)], tone(mark));
    } else {
      const w = r * 0.5;
      fillPolygons(
        canvas,
        [[x - w, y - r * 0.14, x + w, y - r * 0.14, x + w, y + r * 0.16, x - w, y + r * 0.16]],
        tone(mark)
      );
    }
  } else {
    const rows: number[][] = [];
    const wide = r * (style === 3 ? 1.25 : 0.6);
    for (let v = -0.62; v < (style === 3 ? 0.7 : 1.2); v += 0.5) {
      const end = x - wide + 2 * wide * between(random, 0.5, 1);
      rows.push([
        x - wide,
        y + v * r,
        end,
        y + v * r,
        end,
        y + (v + 0.24) * r,
        x - wide,
        y + (v + 0.24) * r
      ]);
    }
    fillPolygons(canvas, rows, tone(bright ? [46, 48, 60] : pale));
  }
}

/** Paints a traffic light: a post and a dark head with one of its three lamps lit. */
export function paintTrafficLight(stage: Stage, signal: SceneObject): void {
  const {scene, view, light, brush} = stage;
  const {height, width, color, depth, style} = signal;
  const place = placement(signal, scene.street);
  brush.subject(signal.id, label.pole);
  paintPost(stage, place(0, 0, 0), place(0, height - 0.3, 0), 0.18, signal.accent);
  const unit = view.perMeter(depth);
  const [x, top] = view.point(...place(0, height, -0.15));
  const w = (width / 2) * unit;
  const h = width * 2.5 * unit;
  brush.subject(signal.id, label.sign);
  brush.fill(
    [[x - w, top, x + w, top, x + w, top + h, x - w, top + h]],
    light.shade(color, 0.2, depth)
  );
  const {canvas} = brush;
  if (!canvas) return;
  const colors: readonly Rgb[] = [
    [255, 66, 52],
    [255, 186, 60],
    [72, 236, 150]
  ];
  const rim = [[x - w, top, x + w, top, x + w, top + w * 0.14, x - w, top + w * 0.14]];
  fillPolygons(canvas, rim, css(light.shade([150, 152, 150], 0.4, depth)));
  colors.forEach((lamp, i) => {
    const y = top + (h * (i + 0.5)) / 3;
    const on = i === style;
    const disc = ellipse(x, y, w * 0.62, w * 0.62, 16);
    fillPolygons(canvas, [disc], css(on ? lamp : light.shade(scale(lamp, 0.22), 0.2, depth)));
    if (!on) return;
    const glow = canvas.createRadialGradient(x, y, 0, x, y, w * 2);
    glow.addColorStop(0, css(lamp, 0.6));
    glow.addColorStop(1, css(lamp, 0.001));
    canvas.fillStyle = glow;
    canvas.fillRect(x - w * 2, y - w * 2, w * 4, w * 4);
  });
}

/** Paints a fence along the street: railings, boards or panels. All of it counts, gaps too. */
export function paintFence(stage: Stage, fence: SceneObject): void {
  const {scene, view, light, brush} = stage;
  const {x, depth, length, height, color, style} = fence;
  const near = Math.max(nearest + 0.1, depth - length / 2);
  const far = depth + length / 2;
  if (far <= near) return;
  const place = placement({...fence, depth: Math.max(near, Math.min(far, depth))}, scene.street);
  const floor = place(0, 0, 0)[1];
  const quad = (z0: number, z1: number, y0: number, y1: number): number[] =>
    view.polygon([
      [x, floor + y0, z0],
      [x, floor + y0, z1],
      [x, floor + y1, z1],
      [x, floor + y1, z0]
    ]);
  const whole: Point3[] = [];
  for (let i = 0; i <= 6; ++i) whole.push([x, floor, near + ((far - near) * i) / 6]);
  for (let i = 6; i >= 0; --i) whole.push([x, floor + height, near + ((far - near) * i) / 6]);
  brush.subject(fence.id, label.fence);
  const outline = view.polygon(whole);
  const direct = light.facing([-Math.sign(x), 0, 0]) || 0.1;
  const shown = Math.min(depth, near + 6);
  const tone = (albedo: Rgb): Rgb => light.shade(albedo, direct, shown);
  const {canvas} = brush;
  if (!canvas || style === 1) brush.fill([outline], tone(color));
  else fillPolygons(canvas, [outline], css(tone(scale(color, 0.7)), style === 0 ? 0.55 : 0.75));
  if (!canvas) return;
  const random = mulberry32(fence.seed ^ 0x6e);
  if (style === 1) {
    const seams: number[][] = [];
    const boards: number[][] = [];
    for (let z = depth - length / 2; z < far; z += 0.24) {
      if (z < near) continue;
      seams.push(quad(z, z + 0.04, 0, height));
      if (random() < 0.4)
        boards.push(quad(z + 0.04, z + 0.24, 0, height * between(random, 0.94, 1)));
    }
    fillPolygons(canvas, boards, css(tone(scale(color, 1.15)), 0.6));
    fillPolygons(canvas, seams, css(tone(scale(color, 0.5)), 0.7));
    return;
  }
  const bars: number[][] = [];
  const pitch = style === 0 ? 0.26 : 0.5;
  const thick = style === 0 ? 0.09 : 0.12;
  for (let z = depth - length / 2; z < far; z += pitch) {
    if (z >= near) bars.push(quad(z, z + thick, 0, height));
  }
  const rails = [quad(near, far, height - 0.12, height), quad(near, far, 0.12, 0.22)];
  if (style === 2) rails.push(quad(near, far, height * 0.5, height * 0.62));
  fillPolygons(canvas, [...bars, ...rails], css(tone(color)));
  fillPolygons(
    canvas,
    [quad(near, far, height - 0.05, height)],
    css(tone(mix(color, [255, 255, 255], 0.3)), 0.7)
  );
}
