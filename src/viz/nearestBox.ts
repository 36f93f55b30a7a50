import type {Point} from "./sceneGestures.ts";
import type {Box} from "./sceneStage.ts";

/**
 * Returns the id of the box that a finger at *at* means, or null: small boxes are grown until they
 * are two *reach* wide and tall, since a finger hides them; large ones are left as they are and do
 * not count, since what they hold can be pressed on exactly. Of several, the nearest by its middle.
 */
export function nearestBox(
  boxes: Iterable<readonly [id: number, box: Box]>,
  at: Point,
  reach: number
): number | null {
  let nearest: number | null = null;
  let least = Infinity;
  for (const [id, {x, y, width, height}] of boxes) {
    const dx = Math.abs(at.x - x - width / 2);
    const dy = Math.abs(at.y - y - height / 2);
    if (Math.min(width, height) >= 2 * reach) continue;
    if (dx > Math.max(reach, width / 2) || dy > Math.max(reach, height / 2)) continue;
    const distance = Math.hypot(dx, dy);
    if (distance < least) [nearest, least] = [id, distance];
  }
  return nearest;
}
