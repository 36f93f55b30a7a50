import {mulberry32} from "../../model/random.ts";
import {css, fillPolygons, type Stage} from "../brush.ts";
import {nearest, type Point3} from "../camera.ts";
import {mix, scale} from "../light.ts";
import {between} from "../palette.ts";
import {label, type Rgb, type SceneObject} from "../scene.ts";
import {paintEnd, paintFacade, shadeFacade, type Wall} from "./facade.ts";
import {box, face, faces, type Face, patch, visible} from "./solid.ts";

/**
 * Paints a building: the facade along the street, the end that faces the camera, its roof and
 * chimneys; in pictures windows, a door or a shop, courses, sills, cornice and weathering.
 */
export function paintBuilding(stage: Stage, building: SceneObject): void {
  const {view, light, brush} = stage;
  const {x, depth, length, width, height, color, style} = building;
  const near = Math.max(nearest + 0.1, depth - length / 2);
  const far = depth + length / 2;
  if (far <= near) return;
  const side = Math.sign(x);
  const back = x + side * width;
  const random = mulberry32(building.seed);
  const roof = style % 3;
  const rise = roof === 0 ? 0 : between(random, 1.8, 3.4);
  const ridge = (x + back) / 2;
  const inside: Point3 = [ridge, height / 2, (near + far) / 2];

  const facade: Point3[] = [];
  for (let i = 0; i <= 6; ++i) facade.push([x, 0, near + ((far - near) * i) / 6]);
  for (let i = 6; i >= 0; --i) facade.push([x, height, near + ((far - near) * i) / 6]);
  const shell: [Face, Rgb][] = [
    [{...face([facade[0], facade[6], facade[7]], inside), corners: facade}, color]
  ];
  const end: Point3[] = [
    [x, 0, near],
    [x, height, near],
    [back, height, near],
    [back, 0, near]
  ];
  if (roof === 1) end.splice(2, 0, [ridge, height + rise, near]);
  shell.push([face(end, inside), scale(color, 0.94)]);
  const tiles: Rgb = mix(building.accent, [96, 84, 80], 0.65);
  if (roof === 1) {
    const slope: Point3[] = [
      [x, height, near],
      [x, height, far],
      [ridge, height + rise, far],
      [ridge, height + rise, near]
    ];
    shell.push([face(slope, inside), tiles]);
  }
  const gables: Face[] = [];
  if (roof === 2) {
    const count = Math.max(1, Math.round(length / 7));
    const step = (far - near) / count;
    for (let i = 0; i < count; ++i) {
      const z = near + i * step;
      gables.push(
        face(
          [
            [x, height, z],
            [x, height, z + step],
            [x, height + rise, z + step / 2]
          ],
          inside
        )
      );
    }
    for (const gable of gables) shell.push([gable, color]);
  }
  const stacks: Face[] = [];
  if (roof !== 0 && length > 9) {
    const z = between(random, near + 1, far - 1);
    const place = (right: number, up: number, forward: number): Point3 => [
      ridge + right,
      up,
      z + forward
    ];
    stacks.push(
      ...visible(stage, box(place, [-0.5, height, -0.4], [0.5, height + rise + 1.1, 0.4]))
    );
  }
  const seen = shell.filter(([f]) => faces(stage, f)).sort(([a], [b]) => b.depth - a.depth);
  brush.subject(building.id, label.building);
  brush.fill(
    [...stacks, ...seen.map(([f]) => f)].map((f) => view.polygon(f.corners)),
    light.shade(color, 0.2, depth)
  );
  const {canvas} = brush;
  if (!canvas) return;
  const distance = Math.max(near, Math.min(depth, near + 8));
  for (const stack of stacks) {
    const tone = light.shade(scale(color, 0.85), light.facing(stack.normal), depth);
    fillPolygons(canvas, [view.polygon(stack.corners)], css(tone));
  }
  for (const [f, albedo] of seen) {
    const tone = light.shade(
      albedo,
      light.facing(f.normal),
      f === seen.at(-1)?.[0] ? near : distance
    );
    fillPolygons(canvas, [view.polygon(f.corners)], css(tone));
    if (albedo === tiles) paintTiles(stage, f, tone);
  }
  if (seen.some(([f]) => f.corners === end)) {
    const wall: Wall = {
      from: 0,
      to: width,
      depth: near,
      quad: (u0, u1, y0, y1) =>
        view.polygon([
          [x + side * u0, y0, near],
          [x + side * u1, y0, near],
          [x + side * u1, y1, near],
          [x + side * u0, y1, near]
        ])
    };
    paintEnd(stage, building, wall, light.facing([0, 0, -1]));
  }
  if (seen.some(([f]) => f.corners === facade)) {
    const wall: Wall = {
      from: near,
      to: far,
      depth: distance,
      quad: (u0, u1, y0, y1) =>
        view.polygon([
          [x, y0, u0],
          [x, y0, u1],
          [x, y1, u1],
          [x, y1, u0]
        ])
    };
    const direct = light.facing([-side, 0, 0]);
    paintFacade(stage, building, wall, direct);
    if (direct > 0 && light.shadow) shadeFacade(stage, x, wall, height);
  }
}

function paintTiles(stage: Stage, slope: Face, tone: Rgb): void {
  const rows: number[][] = [];
  for (let v = 0.08; v < 1; v += 0.14) {
    rows.push(stage.view.polygon(patch(slope, 0, 1, v, v + 0.045)));
  }
  fillPolygons(stage.brush.canvas!, rows, css(scale(tone, 0.8), 0.6));
}
