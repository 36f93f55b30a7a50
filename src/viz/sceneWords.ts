import type {Box, Size} from "./sceneStage.ts";

/** Returns "2 cars, 1 tree": how many there are of each kind, in order of appearance. */
export function countKinds(kinds: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const phrases = [...counts].map(([kind, n]) => `${n} ${n > 1 ? `${kind}s` : kind}`);
  return phrases.join(", ") || "nothing to move";
}

/** Returns "car" or, where there are several, "car 2": which one *id* is. */
export function objectName(
  objects: readonly {readonly id: number; readonly kind: string}[],
  id: number,
  label: (kind: string) => string
): string {
  const kind = objects.find((object) => object.id === id)?.kind ?? "";
  const alike = objects.filter((object) => object.kind === kind);
  if (alike.length < 2) return label(kind);
  return `${label(kind)} ${alike.findIndex((object) => object.id === id) + 1}`;
}

/** Returns where a box stands in a picture, in words. */
export function placeInWords({x, y, width, height}: Box, size: Size): string {
  const across = Math.round((100 * (x + width / 2)) / size.width);
  const up = Math.round(100 - (100 * (y + height)) / size.height);
  return `${across} % from the left, ${up} % from the bottom`;
}
