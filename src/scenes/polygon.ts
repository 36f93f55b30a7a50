/** A closed polygon in pixels: x and y of each corner in turn. */
export type Polygon = readonly number[];

/** Returns twice the signed area of *polygon*; positive when it runs clockwise on the screen. */
export function doubleArea(polygon: Polygon): number {
  let area = 0;
  const n = polygon.length;
  for (let i = 0, j = n - 2; i < n; j = i, i += 2) {
    area += polygon[j] * polygon[i + 1] - polygon[i] * polygon[j + 1];
  }
  return area;
}

/** Returns whether (x, y) lies inside *polygon* (even–odd rule). */
export function contains(polygon: Polygon, x: number, y: number): boolean {
  let inside = false;
  const n = polygon.length;
  for (let i = 0, j = n - 2; i < n; j = i, i += 2) {
    const yi = polygon[i + 1];
    const yj = polygon[j + 1];
    if (yi > y === yj > y) continue;
    if (x < ((polygon[j] - polygon[i]) * (y - yi)) / (yj - yi) + polygon[i]) inside = !inside;
  }
  return inside;
}

/** Returns an ellipse as a polygon of *corners* corners; *jag* in 0…1 makes alternate ones shorter. */
export function ellipse(
  x: number,
  y: number,
  rx: number,
  ry: number,
  corners = 16,
  jag = 0,
  turn = 0
): number[] {
  const polygon: number[] = [];
  for (let i = 0; i < corners; ++i) {
    const angle = turn + (2 * Math.PI * i) / corners;
    const r = i % 2 ? 1 - jag : 1;
    polygon.push(x + r * rx * Math.cos(angle), y + r * ry * Math.sin(angle));
  }
  return polygon;
}

/** Returns the quadrilateral of a line from a to b whose width goes from *wa* to *wb* pixels. */
export function ribbon(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  wa: number,
  wb = wa
): number[] {
  const dx = bx - ax;
  const dy = by - ay;
  const length = Math.hypot(dx, dy) || 1;
  const nx = -dy / length / 2;
  const ny = dx / length / 2;
  return [
    ax + nx * wa,
    ay + ny * wa,
    bx + nx * wb,
    by + ny * wb,
    bx - nx * wb,
    by - ny * wb,
    ax - nx * wa,
    ay - ny * wa
  ];
}

/** Returns the convex hull of points given as x, y in turn (Andrew's monotone chain). */
export function hull(points: Polygon): number[] {
  const order = Array.from({length: points.length / 2}, (_, i) => i * 2).sort(
    (i, j) => points[i] - points[j] || points[i + 1] - points[j + 1]
  );
  const chain = (indices: number[]): number[] => {
    const kept: number[] = [];
    for (const i of indices) {
      while (kept.length >= 2) {
        const a = kept[kept.length - 2];
        const b = kept[kept.length - 1];
        const turn =
          (points[b] - points[a]) * (points[i + 1] - points[a + 1]) -
          (points[b + 1] - points[a + 1]) * (points[i] - points[a]);
        if (turn > 0) break;
        kept.pop();
      }
      kept.push(i);
    }
    kept.pop();
    return kept;
  };
  return [...chain(order), ...chain(order.reverse())].flatMap((i) => [points[i], points[i + 1]]);
}
