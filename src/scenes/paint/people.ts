import {mulberry32} from "../../model/random.ts";
import {css, fillPolygons, type Stage} from "../brush.ts";
import type {Point3} from "../camera.ts";
import {scale} from "../light.ts";
import {between, clothColor, pick, skinColor} from "../palette.ts";
import {ellipse} from "../polygon.ts";
import {label, type Rgb, type SceneObject} from "../scene.ts";
import {bar, type Placement, placement} from "./solid.ts";

const hairColors: readonly Rgb[] = [
  [40, 32, 28],
  [84, 58, 40],
  [150, 116, 70],
  [120, 116, 112]
];

/** A limb or a garment: where it is, and what it is made of. */
type Piece = readonly [polygon: number[], albedo: Rgb];

/** Fills the silhouette of *pieces*, then in pictures each of them, with one side in shade. */
function paintPieces({light, brush}: Stage, pieces: readonly Piece[], depth: number): void {
  const lit = 0.45 + 0.3 * light.facing([0, 0, -1]);
  brush.fill(
    pieces.map(([polygon]) => polygon),
    light.shade(pieces[0][1], lit, depth)
  );
  if (!brush.canvas) return;
  for (const [polygon, albedo] of pieces) {
    fillPolygons(brush.canvas, [polygon], css(light.shade(albedo, lit, depth)));
  }
}

/** Paints a walking or standing pedestrian. */
export function paintPedestrian(stage: Stage, person: SceneObject): void {
  const {scene, view, brush, light} = stage;
  const {depth, height, color, accent, style} = person;
  const place = placement(person, scene.street);
  const random = mulberry32(person.seed ^ 0x91);
  const h = height / 1.75;
  const skin = skinColor(random);
  const hair = pick(random, hairColors);
  const shoes: Rgb = [44, 40, 38];
  const stride = style % 4 === 0 ? 0.04 : between(random, 0.16, 0.3);
  const p = (right: number, up: number, forward: number): Point3 =>
    place(right * h, up * h, forward * h);
  const legs: Piece[] = [-1, 1].flatMap((side): Piece[] => {
    const foot = side * stride;
    const knee = p(side * 0.1, 0.48, foot * 0.7 + 0.05);
    const ankle = p(side * 0.1, 0.07, foot);
    return [
      [bar(view, p(side * 0.09, 0.92, 0), knee, 0.2, 0.16, 1.6), accent],
      [bar(view, knee, ankle, 0.16, 0.12, 1.4), accent],
      [bar(view, ankle, p(side * 0.1, 0.01, foot + 0.13), 0.12, 0.1, 1.2), shoes]
    ];
  });
  const swing = stride * 0.9;
  const arms: Piece[] = [-1, 1].flatMap((side): Piece[] => {
    const elbow = p(side * 0.27, 1.12, -side * swing * 0.3);
    const hand = p(side * 0.27, 0.86, side * swing * 0.6 + 0.08);
    return [
      [bar(view, p(side * 0.2, 1.4, 0), elbow, 0.13, 0.11, 1.2), scale(color, 0.85)],
      [bar(view, elbow, hand, 0.11, 0.09, 1.2), scale(color, 0.85)],
      [bar(view, hand, p(side * 0.27, 0.78, side * swing * 0.6 + 0.1), 0.09, 0.07, 1), skin]
    ];
  });
  // Seen from the side a chest is deeper than it is wide on the page: unite both outlines.
  const long = style % 3 === 0 ? 0.62 : 0.86;
  const torso: Piece[] = [
    [
      view.polygon([p(-0.22, 1.43, 0), p(0.22, 1.43, 0), p(0.18, long, 0), p(-0.18, long, 0)]),
      color
    ],
    [
      view.polygon([p(0, 1.43, -0.12), p(0, 1.43, 0.12), p(0, long, 0.14), p(0, long, -0.14)]),
      color
    ]
  ];
  const unit = view.perMeter(depth) * h;
  const [hx, hy] = view.point(...p(0, 1.62, 0.03));
  const head: Piece[] = [
    [bar(view, p(0, 1.38, 0), p(0, 1.55, 0.02), 0.11, 0.11, 1), skin],
    [ellipse(hx, hy, 0.1 * unit, 0.13 * unit, 14), skin]
  ];
  brush.subject(person.id, label.pedestrian);
  const bag: Piece[] =
    style >= 5
      ? [
          [
            view.polygon([
              p(-0.17, 1.38, -0.2),
              p(0.17, 1.38, -0.2),
              p(0.16, 0.98, -0.22),
              p(-0.16, 0.98, -0.22)
            ]),
            clothColor(random)
          ]
        ]
      : [];
  const back = Math.cos(person.heading) > 0;
  paintPieces(
    stage,
    back
      ? [...legs, ...arms, ...torso, ...bag, ...head]
      : [...bag, ...legs, ...torso, ...arms, ...head],
    depth
  );
  if (!brush.canvas) return;
  const away = Math.cos(person.heading);
  const cap = ellipse(
    hx - Math.sin(person.heading) * 0.03 * unit,
    hy - (away > 0.3 ? 0.01 : 0.05) * unit,
    0.1 * unit,
    (away > 0.3 ? 0.12 : 0.085) * unit,
    14
  );
  fillPolygons(brush.canvas, [cap], css(light.shade(hair, 0.4, depth)));
  const shade = light.sun[0] > 0 ? -1 : 1;
  const flank = [
    [0.07, 1.42],
    [0.21, 1.42],
    [0.17, long],
    [0.08, long]
  ].flatMap(([x, y]) => {
    const [px, py] = view.point(...p(0, y, 0));
    return [px + shade * x * unit * (0.65 + 0.35 * Math.abs(away)), py];
  });
  fillPolygons(brush.canvas, [flank], css([10, 12, 20], 0.22));
}

/** Paints a bicycle and its rider. */
export function paintBicyclist(stage: Stage, rider: SceneObject): void {
  const {scene, view, brush, light} = stage;
  const {depth, height, color, accent, style} = rider;
  const place: Placement = placement(rider, scene.street);
  const random = mulberry32(rider.seed ^ 0x1d);
  const skin = skinColor(random);
  const helmet = clothColor(random);
  const frame = clothColor(random);
  const dark: Rgb = [30, 31, 34];
  const h = height / 1.78;
  const wheel = 0.35;
  const hoop = (forward: number, radius: number): number[] => {
    const points: Point3[] = [];
    for (let i = 0; i < 20; ++i) {
      const angle = (i / 20) * 2 * Math.PI;
      points.push(place(0, wheel + radius * Math.sin(angle), forward + radius * Math.cos(angle)));
    }
    return view.polygon(points);
  };
  const line = (a: Point3, b: Point3, wa: number, wb = wa, least = 1): number[] =>
    bar(view, a, b, wa, wb, least);
  const tread = [-0.54, 0.54].map((z) =>
    line(place(0, 0.01, z), place(0, 2 * wheel - 0.01, z), 0.07, 0.07, 1.8)
  );
  const hub = place(0, 0.3, 0);
  const seat = place(0, 0.92, -0.22);
  const stem = place(0, 0.98, 0.38);
  const tubes = [
    line(hub, seat, 0.05),
    line(hub, place(0, 0.84, 0.38), 0.05),
    line(place(0, 0.82, -0.18), place(0, 0.84, 0.38), 0.05),
    line(place(0, wheel, -0.54), hub, 0.045),
    line(place(0, wheel, 0.54), stem, 0.05)
  ];
  const bars = [line(place(-0.27, 1.02, 0.36), place(0.27, 1.02, 0.36), 0.05)];
  const hip = place(0, 0.98, -0.2);
  const pedal = (style % 2 ? 1 : -1) * 0.16;
  const body: Piece[] = [];
  for (const side of [-1, 1]) {
    const up = side * pedal;
    const foot = place(side * 0.12, 0.3 + up, up > 0 ? 0.1 : 0.02);
    const knee = place(side * 0.13, 0.74 + up * 0.5, 0.22 - up * 0.2);
    body.push([line(place(side * 0.1, 0.96, -0.18), knee, 0.2, 0.15, 1.6), accent]);
    body.push([line(knee, foot, 0.14, 0.1, 1.4), accent]);
    body.push([line(foot, place(side * 0.12, 0.28 + up, 0.2), 0.1, 0.09, 1.2), dark]);
  }
  const chest = place(0, 1.42 * h, 0.08);
  for (const side of [-1, 1]) {
    const elbow = place(side * 0.3, 1.16, 0.2);
    body.push([
      line(place(side * 0.2, 1.42 * h, 0.08), elbow, 0.13, 0.11, 1.2),
      scale(color, 0.85)
    ]);
    body.push([line(elbow, place(side * 0.25, 1.04, 0.36), 0.1, 0.08, 1.2), skin]);
  }
  body.push([
    view.polygon([
      place(-0.23, 1.45 * h, 0.1),
      place(0.23, 1.45 * h, 0.1),
      place(0.17, 0.92, -0.2),
      place(-0.17, 0.92, -0.2)
    ]),
    color
  ]);
  body.push([line(hip, chest, 0.24, 0.26, 2), color]);
  for (const [point, radius] of [
    [hip, 0.13],
    [chest, 0.13]
  ] as const) {
    const [cx, cy] = view.point(...point);
    const r = radius * view.perMeter(depth);
    body.push([ellipse(cx, cy, r, r, 12), point === hip ? accent : color]);
  }
  const unit = view.perMeter(depth);
  const [hx, hy] = view.point(...place(0, 1.63 * h, 0.2));
  body.push([line(chest, place(0, 1.56 * h, 0.16), 0.12, 0.11, 1), skin]);
  body.push([ellipse(hx, hy, 0.105 * unit, 0.13 * unit, 14), skin]);

  brush.subject(rider.id, label.bicyclist);
  const discs = [hoop(-0.54, wheel), hoop(0.54, wheel)];
  const pieces: Piece[] = [
    ...tubes.map((t): Piece => [t, frame]),
    ...bars.map((t): Piece => [t, dark]),
    ...body
  ];
  if (!brush.canvas) {
    brush.fill([...discs, ...tread, ...pieces.map(([polygon]) => polygon)], dark);
    return;
  }
  const rubber = css(light.shade(dark, 0.1, depth));
  fillPolygons(brush.canvas, discs, css(light.shade([60, 62, 66], 0.1, depth), 0.38));
  for (const z of [-0.54, 0.54]) {
    const rim: number[][] = [];
    for (let i = 0; i < 18; ++i) {
      const at = (j: number): Point3 => {
        const angle = (j / 18) * 2 * Math.PI;
        return place(0, wheel + 0.33 * Math.sin(angle), z + 0.33 * Math.cos(angle));
      };
      rim.push(line(at(i), at(i + 1), 0.05, 0.05, 0.9));
    }
    fillPolygons(brush.canvas, rim, rubber);
  }
  fillPolygons(brush.canvas, tread, rubber);
  paintPieces(stage, pieces, depth);
  const cap = ellipse(hx, hy - 0.055 * unit, 0.115 * unit, 0.09 * unit, 14);
  fillPolygons(brush.canvas, [cap], css(light.shade(helmet, 0.5, depth)));
}
