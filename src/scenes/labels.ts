import {VOID} from "../model/classes.ts";
import {type Brush, css, type DrawingContext, fillPolygons} from "./brush.ts";
import {type Size, viewOf} from "./camera.ts";
import {defaultSize, paintScene} from "./draw.ts";
import {lightOf} from "./light.ts";
import type {Rgb, Scene} from "./scene.ts";

/**
 * One color for each label: eleven of the twelve corners of an icosahedron in the RGB cube. No
 * corner lies within the hull of the others, so no blend of other labels, however many, comes out
 * as a label that is not there: what two renders with different gray codes would tell, one render
 * with three channels does.
 */
const codes: readonly Rgb[] = (() => {
  const golden = (1 + Math.sqrt(5)) / 2;
  const corners: [number, number, number][] = [];
  for (const a of [-1, 1]) {
    for (const b of [-golden, golden]) corners.push([0, a, b], [a, b, 0], [b, 0, a]);
  }
  const code = (value: number): number => Math.round(127.5 + (value / golden) * 127);
  return corners.slice(0, VOID).map(([r, g, b]): Rgb => [code(r), code(g), code(b)]);
})();

const flatCodes = Int16Array.from(codes.flat());

/** The largest distance in RGB from a label's color at which a pixel still counts as pure. */
const tolerance = 14;

/** Returns whether the pixel at *i* of *data* is all but purely of the class *label*. */
function isCode(data: Uint8ClampedArray, i: number, label: number): boolean {
  if (label === VOID) return false;
  const r = data[i] - flatCodes[3 * label];
  const g = data[i + 1] - flatCodes[3 * label + 1];
  const b = data[i + 2] - flatCodes[3 * label + 2];
  return r * r + g * g + b * b <= tolerance * tolerance;
}

function labelBrush(canvas: DrawingContext): Brush {
  let style = css(codes[0]);
  return {
    canvas: null,
    subject(_, label) {
      style = css(codes[label]);
    },
    fill: (polygons) => fillPolygons(canvas, polygons, style)
  };
}

/**
 * Returns the labels of *scene*'s pixels, row by row: 0…10 as in `classes`, VOID (11) where
 * anti-aliasing mixes two. *createContext* makes the canvas to paint them on, of *width* × *height*
 * pixels (default 257×193).
 *
 * ```js
 * const labels = labelScene((w, h) => createCanvas(w, h).getContext("2d"), randomScene(42));
 * ```
 */
export function labelScene(
  createContext: (width: number, height: number) => DrawingContext,
  scene: Scene,
  {width = defaultSize.width, height = defaultSize.height}: Partial<Size> = {}
): Uint8Array {
  const view = viewOf(scene, {width, height});
  const context = createContext(width, height);
  paintScene({scene, view, light: lightOf(scene), brush: labelBrush(context)});
  const {data} = context.getImageData(0, 0, width, height);
  const labels = new Uint8Array(width * height);
  for (let p = 0, i = 0, last = 0; p < labels.length; ++p, i += 4) {
    // Most pixels have the label of the one before.
    if (!isCode(data, i, last)) {
      last = 0;
      while (last < VOID && !isCode(data, i, last)) ++last;
    }
    labels[p] = last;
  }
  return labels;
}

/**
 * Returns the share of pixels on which two label maps agree, of those that are void in neither: 1
 * if there are none. Rasterizers differ in how they blend an edge; on the rest they must agree.
 */
export function labelAgreement(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) {
    throw new RangeError(`label maps differ in size: ${a.length} and ${b.length} pixels`);
  }
  let both = 0;
  let same = 0;
  for (let i = 0; i < a.length; ++i) {
    if (a[i] === VOID || b[i] === VOID) continue;
    ++both;
    if (a[i] === b[i]) ++same;
  }
  return both ? same / both : 1;
}
