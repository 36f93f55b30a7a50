import {letterOf, plane} from "./latticeData.ts";
import type {PlaneState} from "./latticePlane.ts";
import {shortWords} from "./latticeWords.ts";

/** A vertex or a point, by its number. */
export interface LatticeMark {
  readonly kind: "vertex" | "point";
  readonly index: number;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * Draws the plane on *svg*, *width* pixels across, as it is after the step: where values come from
 * as lines, as wide as their weights, and values on the vertices as disks of their area.
 */
export function drawLattice(
  svg: SVGSVGElement,
  {value, steps, edges}: PlaneState,
  {width, marked}: {width: number; marked: LatticeMark | null}
): void {
  const {step, points, deviation} = value;
  const {vertices, corners, weights, after, before, axes, stages, readings} = steps;
  const scale = width / plane.width;
  const side = deviation * scale;
  const at = ({x, y}: Place): Place => ({x: x * scale, y: y * scale});
  const places = vertices.map(at);
  const pointPlaces = points.map(at);
  // Where triangles are small, values would cover each other: they are read one at a time.
  const roomy = side >= 46;
  const largest = Math.max(...stages.flatMap((stage) => [...stage]), 1e-9);
  const most = Math.min(24, 0.3 * side);
  const stage = step === 0 ? null : stages[Math.min(step, 4) - 1];
  const lines: string[] = [];
  const words: string[] = [];
  const isMarked = (kind: LatticeMark["kind"], index: number) =>
    marked?.kind === kind && marked.index === index;

  if (step === 1 || step === 5)
    points.forEach((point, i) => {
      for (let k = 0; k < 3; k++) {
        const [corner, weight] = [corners[3 * i + k], weights[3 * i + k]];
        const carried = weight * (step === 1 ? point.value : stages[3][corner]);
        const strong = isMarked("point", i) || isMarked("vertex", corner);
        lines.push(
          line(
            pointPlaces[i],
            places[corner],
            `viz-lattice-share${carried > 0 ? "" : " viz-lattice-nothing"}${strong ? " viz-lattice-strong" : ""}`,
            carried > 0 ? 1 + 7 * weight : 1
          )
        );
        // The weights of who speaks, or is pointed at: of all, they would be too many.
        const shown = step === 1 ? point.value > 0 && marked === null : false;
        if (side >= 80 && weight > 0.005 && (shown || isMarked("point", i)))
          words.push(
            text(
              between(pointPlaces[i], places[corner], 0.55),
              weight.toFixed(2),
              "viz-lattice-weight"
            )
          );
      }
    });
  if (step >= 2 && step <= 4) {
    const axis = step - 2;
    const way = at(axes[axis]);
    vertices.forEach((_, i) => {
      const next = after[axis * vertices.length + i];
      const {x, y} = places[i];
      const strong = isMarked("vertex", i) || isMarked("vertex", next);
      if (next < vertices.length)
        lines.push(
          line(places[i], places[next], `viz-lattice-half${strong ? " viz-lattice-strong" : ""}`, 3)
        );
      for (const [neighbors, sign] of [
        [after, 1],
        [before, -1]
      ] as const)
        if (neighbors[axis * vertices.length + i] === vertices.length) {
          const end = {x: x + 0.62 * sign * way.x, y: y + 0.62 * sign * way.y};
          lines.push(line(places[i], end, "viz-lattice-missing", 1.5));
        }
    });
  }
  const disks = places.map(({x, y}, i) => {
    const has = stage?.[i] ?? 0;
    const radius = has > 0 ? Math.max(3, most * Math.sqrt(has / largest)) : 3;
    const kind = `viz-lattice-vertex${has > 0 ? "" : " viz-lattice-empty"}${isMarked("vertex", i) ? " viz-lattice-ringed" : ""}`;
    if (has > 0 && (roomy || isMarked("vertex", i)))
      words.push(
        text({x, y: y + (radius > 11 ? 4 : radius + 12)}, shortWords(has), "viz-lattice-has")
      );
    return `<circle class="${kind}" cx="${fixed(x)}" cy="${fixed(y)}" r="${fixed(radius)}"/>`;
  });
  const dots = pointPlaces.map(({x, y}, i) => {
    const kind = `viz-lattice-dot${points[i].value > 0 ? "" : " viz-hollow"}${isMarked("point", i) ? " viz-lattice-ringed" : ""}`;
    // Where triangles are small, the table alone has the readings: they would cover the vertices.
    const said = step === 5 ? (side >= 80 ? readingWords(readings[i]) : "") : saidWords(points[i]);
    const label = labelPlace({x, y}, places, width, plane.height * scale);
    words.push(
      `<text class="viz-lattice-letter" x="${fixed(label.x)}" y="${fixed(label.y)}"` +
        `${label.x < x ? ' text-anchor="end"' : ""}>${letterOf(i)}<tspan dx="4">${said}</tspan></text>`
    );
    return `<circle class="${kind}" cx="${fixed(x)}" cy="${fixed(y)}" r="6.5"/>`;
  });
  const triangles = points.map((_, i) => {
    const three = [0, 1, 2].map((k) => places[corners[3 * i + k]]);
    return `M${three.map(({x, y}) => `${fixed(x)},${fixed(y)}`).join("L")}Z`;
  });
  const grid = edges.map((edge) => {
    const [x1, y1, x2, y2] = edge.map((end) => fixed(end * scale));
    return `M${x1},${y1}L${x2},${y2}`;
  });
  svg.setAttribute("viewBox", `0 0 ${width} ${fixed(plane.height * scale)}`);
  svg.innerHTML =
    `<path class="viz-lattice-edges" d="${grid.join("")}"/>` +
    `<path class="viz-lattice-triangles" d="${triangles.join("")}"/>` +
    lines.join("") +
    disks.join("") +
    dots.join("") +
    words.join("");
}

const fixed = (value: number) => value.toFixed(1);
const readingWords = (reading: number) => (reading === 0 ? "0" : shortWords(reading));
const saidWords = ({value}: {value: number}) => (value > 0 ? String(value) : "");

/** Where a point's words are farthest from all vertices, of the four places beside it. */
function labelPlace(at: Place, vertices: readonly Place[], width: number, height: number): Place {
  let best = {...at, far: -Infinity};
  for (const [across, down] of [
    [1, -1],
    [1, 1],
    [-1, -1],
    [-1, 1]
  ]) {
    const middle = {x: at.x + 26 * across, y: at.y + 12 * down};
    const inside =
      Math.abs(middle.x - width / 2) < width / 2 - 26 && middle.y > 6 && middle.y < height - 6;
    const far = Math.min(...vertices.map(({x, y}) => Math.hypot(x - middle.x, y - middle.y)));
    // The first is where words are expected: it gives way to a place that is clearly better.
    const cost = far + (best.far === -Infinity ? 14 : 0) - (inside ? 0 : 1e4);
    if (cost > best.far) best = {x: at.x + 11 * across, y: at.y + (down < 0 ? -7 : 16), far: cost};
  }
  return best;
}

function between(from: Place, to: Place, share: number): Place {
  return {x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) + 4};
}

function line(from: Place, to: Place, kind: string, width: number): string {
  return (
    `<path class="${kind}" stroke-width="${fixed(width)}" ` +
    `d="M${fixed(from.x)},${fixed(from.y)}L${fixed(to.x)},${fixed(to.y)}"/>`
  );
}

function text({x, y}: Place, words: string, kind: string): string {
  return `<text class="${kind}" x="${fixed(x)}" y="${fixed(y)}" text-anchor="middle">${words}</text>`;
}
