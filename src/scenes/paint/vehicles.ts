import {mulberry32} from "../../model/random.ts";
import {css, fillPolygons, type Stage} from "../brush.ts";
import type {Point3} from "../camera.ts";
import {mix, scale} from "../light.ts";
import {between} from "../palette.ts";
import {label, type Rgb, type SceneObject} from "../scene.ts";
import {type Profile, profiles} from "./profiles.ts";
import {face, type Face, inset, patch, placement, visible} from "./solid.ts";

/** The width of a car's ends as a share of its middle's: seen from above its corners are round. */
const taper = 0.93;

type Part = "rear" | "front" | "rearWindow" | "windscreen" | "roof" | "body" | "side" | "cabin";

/** Paints a car, van or bus: body and cabin, glass, lights, number plate, wheels. */
export function paintCar(stage: Stage, car: SceneObject): void {
  const {scene, view, light, brush} = stage;
  const {width, length, height, depth} = car;
  const profile = profiles[car.style];
  const place = placement(car, scene.street);
  const {corners, first, last} = profile;
  const belt = corners[first][1];
  const half = (i: number): number =>
    (width / 2) *
    (i > first && i < last ? profile.roof : Math.abs(corners[i][0]) > 0.97 ? taper : 1);
  const at = (i: number, side: number): Point3 =>
    place(side * half(i), corners[i][1] * height, (corners[i][0] * length) / 2);
  const inside = place(0, height * belt * 0.75, 0);
  const parts = new Map<Face, Part>();
  const n = corners.length;
  for (let i = 0; i + 1 < n; ++i) {
    const strip = face([at(i, -1), at(i, 1), at(i + 1, 1), at(i + 1, -1)], inside);
    const part: Part =
      i === 0
        ? "rear"
        : i === n - 2
          ? "front"
          : i === first
            ? "rearWindow"
            : i === last - 1
              ? "windscreen"
              : i > first && i < last - 1
                ? "roof"
                : "body";
    parts.set(strip, part);
  }
  for (const side of [-1, 1]) {
    const indices = Array.from({length: n}, (_, i) => i);
    const lower = indices.filter((i) => i <= first || i >= last).map((i) => at(i, side));
    const upper = indices.filter((i) => i >= first && i <= last).map((i) => at(i, side));
    parts.set(face(lower, inside), "side");
    parts.set(face(upper, inside), "cabin");
  }
  const seen = visible(stage, [...parts.keys()]);
  const axles = [-0.62, 0.62].map((along) => (along * length) / 2);
  const wheels = tyres(stage, car, profile, axles);
  brush.subject(car.id, label.car);
  const shapes = seen.map((f) => view.polygon(f.corners));
  brush.fill([...wheels.all, ...shapes], light.shade([24, 25, 28], 0, depth));
  const {canvas} = brush;
  if (!canvas) return;

  const ink = (polygons: number[][], color: Rgb, alpha = 1): void =>
    fillPolygons(canvas, polygons, css(color, alpha));
  for (const f of seen) {
    const part = parts.get(f)!;
    const direct = light.facing(f.normal);
    const skyward = 0.86 + 0.2 * Math.max(0, f.normal[1]) - 0.22 * Math.max(0, -f.normal[1]);
    const tone = light.shade(scale(car.color, skyward), direct, depth);
    ink([view.polygon(f.corners)], tone);
    const glass = mix(
      light.shade([36, 42, 50], 0.1, depth),
      light.skyLow,
      0.1 + 0.28 * f.normal[1]
    );
    if (part === "rearWindow" && car.style !== 4) {
      if (car.style !== 3 || f.normal[1] > 0) ink([view.polygon(inset(f.corners, 0.14))], glass);
      if (car.style === 3) ink([view.polygon(patch(f, 0.08, 0.92, 0.3, 0.85))], glass);
    } else if (part === "windscreen") {
      const pane = patch(f, 0.06, 0.94, 0.08, 0.93);
      ink([view.polygon(pane)], glass);
      ink([view.polygon(patch(f, 0.12, 0.4, 0.15, 0.85))], light.skyLow, 0.16);
    } else if (part === "rearWindow") {
      ink([view.polygon(patch(f, 0.08, 0.92, 0.35, 0.8))], glass);
    } else if (part === "cabin") {
      sideGlass(stage, f, profile, glass, tone);
    } else if (part === "side") {
      sideTrim(stage, car, f, belt, tone);
    }
  }
  const top = view.point(...place(0, height, 0))[1];
  const bottom = view.point(...place(0, 0, 0))[1];
  const gloss = canvas.createLinearGradient(0, top, 0, bottom);
  gloss.addColorStop(0, css(light.skyLow, 0.2));
  gloss.addColorStop(0.42, css(light.skyLow, 0.06));
  gloss.addColorStop(0.5, css([0, 0, 0], 0.001));
  gloss.addColorStop(1, css([4, 6, 12], 0.5));
  fillPolygons(canvas, shapes, gloss);
  paintWheels(stage, wheels, depth);
  for (const f of seen) {
    const part = parts.get(f)!;
    if (part === "rear" || part === "front") paintEnd(stage, car, f, part === "rear");
  }
}

interface Tyres {
  readonly all: number[][];
  readonly rims: number[][];
  readonly hubs: number[][];
}

/** The wheels on the side that the camera sees, and the tyres that show under either end. */
function tyres(
  {scene, view}: Stage,
  car: SceneObject,
  {wheel}: Profile,
  axles: readonly number[]
): Tyres {
  const place = placement(car, scene.street);
  const half = car.width / 2;
  const disc = (x: number, z: number, radius: number): number[] => {
    const points: Point3[] = [];
    for (let i = 0; i < 18; ++i) {
      const angle = (i / 18) * 2 * Math.PI;
      points.push(place(x, wheel + radius * Math.sin(angle), z + radius * Math.cos(angle)));
    }
    return view.polygon(points);
  };
  const right = place(1, 0, 0);
  const bend = scene.street.bend * car.depth * car.depth;
  const toCamera =
    (right[0] - car.x) * (scene.camera.x - car.x - bend) - (right[2] - car.depth) * car.depth;
  const side = toCamera > 0 ? 1 : -1;
  const all: number[][] = [];
  const rims: number[][] = [];
  const hubs: number[][] = [];
  for (const z of axles) {
    all.push(disc(side * half, z, wheel));
    rims.push(disc(side * (half + 0.01), z, wheel * 0.62));
    hubs.push(disc(side * (half + 0.01), z, wheel * 0.2));
    for (const s of [-1, 1]) {
      all.push(
        view.polygon([
          place(s * half * 0.98, 0, z),
          place(s * half * 0.76, 0, z),
          place(s * half * 0.76, wheel * 1.3, z),
          place(s * half * 0.98, wheel * 1.3, z)
        ])
      );
    }
  }
  return {all, rims, hubs};
}

function paintWheels({brush, light}: Stage, {all, rims, hubs}: Tyres, depth: number): void {
  const canvas = brush.canvas!;
  fillPolygons(canvas, [all[0], all[3]], css(light.shade([26, 27, 30], 0.1, depth)));
  fillPolygons(canvas, rims, css(light.shade([150, 153, 158], 0.25, depth)));
  fillPolygons(canvas, hubs, css(light.shade([70, 72, 78], 0.2, depth)));
}

function sideGlass(
  {view, brush}: Stage,
  cabin: Face,
  {panes}: Profile,
  glass: Rgb,
  tone: Rgb
): void {
  const canvas = brush.canvas!;
  const shape = inset(cabin.corners, 0.15);
  fillPolygons(canvas, [view.polygon(shape)], css(glass));
  const low = [shape[0], shape.at(-1)!];
  const high = [shape[1], shape.at(-2)!];
  const along = ([a, b]: Point3[], t: number): Point3 => [
    a[0] + (b[0] - a[0]) * t,
    a[1] + (b[1] - a[1]) * t,
    a[2] + (b[2] - a[2]) * t
  ];
  const pillars: number[][] = [];
  for (let i = 1; i < panes; ++i) {
    const t = i / panes - 0.04;
    pillars.push(
      view.polygon([along(low, t), along(low, t + 0.04), along(high, t + 0.04), along(high, t)])
    );
  }
  if (panes === 1) {
    pillars.push(
      view.polygon([along(low, -0.03), along(low, 0.6), along(high, 0.72), along(high, -0.03)])
    );
  }
  fillPolygons(canvas, pillars, css(scale(tone, 0.9)));
}

/** Paints the sill, the crease, and the joints of the doors. */
function sideTrim(
  {scene, view, brush}: Stage,
  car: SceneObject,
  side: Face,
  belt: number,
  tone: Rgb
): void {
  const canvas = brush.canvas!;
  const place = placement(car, scene.street);
  const [x] = side.corners;
  const s =
    Math.hypot(place(1, 0, 0)[0] - x[0], place(1, 0, 0)[2] - x[2]) <
    Math.hypot(place(-1, 0, 0)[0] - x[0], place(-1, 0, 0)[2] - x[2])
      ? 1
      : -1;
  const w = (s * car.width) / 2;
  const l = car.length / 2;
  const h = car.height * belt;
  const quad = (z0: number, z1: number, y0: number, y1: number): number[] =>
    view.polygon([
      place(w, y0 * h, z0 * l),
      place(w, y0 * h, z1 * l),
      place(w, y1 * h, z1 * l),
      place(w, y1 * h, z0 * l)
    ]);
  fillPolygons(canvas, [quad(-0.96, 0.96, 0.28, 0.42)], css(scale(tone, 0.62)));
  fillPolygons(canvas, [quad(-0.95, 0.9, 0.72, 0.8)], css(scale(tone, 1.14), 0.7));
  const joints = [-0.3, 0.12, 0.46].map((z) => quad(z, z + 0.014, 0.42, 0.98));
  fillPolygons(canvas, joints, css(scale(tone, 0.45), 0.7));
  fillPolygons(canvas, [quad(0.02, 0.09, 0.84, 0.89)], css(scale(tone, 0.5)));
}

/** Paints the bumper, lamps and number plate of the rear or the front. */
function paintEnd(
  {scene, view, light, brush}: Stage,
  car: SceneObject,
  end: Face,
  rear: boolean
): void {
  const canvas = brush.canvas!;
  const random = mulberry32(car.seed ^ 0x55);
  const place = placement(car, scene.street);
  const l = ((rear ? -1 : 1) * car.length) / 2;
  const w = (car.width / 2) * taper;
  const h = car.height;
  const tall = car.style === 4;
  const quad = (x0: number, x1: number, y0: number, y1: number): number[] =>
    view.polygon([
      place(x0 * w, y0 * h, l),
      place(x1 * w, y0 * h, l),
      place(x1 * w, y1 * h, l),
      place(x0 * w, y1 * h, l)
    ]);
  const tone = (albedo: Rgb, share = light.facing(end.normal)): Rgb =>
    light.shade(albedo, share, car.depth);
  const ink = (polygons: number[][], color: Rgb, alpha = 1): void =>
    fillPolygons(canvas, polygons, css(color, alpha));
  const low = tall ? 0.14 : 0.2;
  ink([quad(-0.97, 0.97, low, low + 0.1)], tone(mix(car.color, [40, 42, 46], 0.65)));
  const top = tall ? 0.32 : rear ? 0.56 : 0.46;
  const lamp = rear ? between(random, 0.13, 0.2) : 0.24;
  const lamps = [
    quad(-0.95, -0.95 + lamp, top - 0.12, top),
    quad(0.95 - lamp, 0.95, top - 0.12, top)
  ];
  if (rear) ink(lamps, light.lamps ? [255, 72, 54] : tone([166, 30, 30], 0.4));
  else ink(lamps, light.lamps ? [255, 246, 214] : tone([222, 226, 230], 0.5));
  if (light.lamps && !rear) {
    for (const sx of [-0.83, 0.83]) {
      const [x, y] = view.point(...place(sx * w, (top - 0.06) * h, l));
      const r = 0.6 * Math.max(0.2, -end.normal[2]) * view.perMeter(car.depth);
      const glow = canvas.createRadialGradient(x, y, 0, x, y, r);
      glow.addColorStop(0, "rgba(255,246,220,0.85)");
      glow.addColorStop(1, "rgba(255,240,200,0)");
      canvas.fillStyle = glow;
      canvas.fillRect(x - r, y - r, 2 * r, 2 * r);
    }
  }
  if (!rear) ink([quad(-0.6, 0.6, top - 0.13, top - 0.03)], tone([34, 36, 40]));
  const plate = rear ? 0.36 : 0.25;
  ink([quad(-0.28, 0.28, plate, plate + 0.075)], tone(rear ? [212, 190, 84] : [226, 226, 222]));
  ink([quad(-0.22, 0.22, plate + 0.022, plate + 0.055)], tone([40, 40, 44]), 0.55);
  if (rear && !tall)
    ink([quad(-0.8, 0.8, top + 0.01, top + 0.025)], scale(tone(car.color), 0.6), 0.8);
}
