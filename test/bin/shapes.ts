import {mkdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {writePng} from "../../bin/png.ts";
import {mulberry32} from "../../src/model/random.ts";

/** Width and height of the pictures of {@link writeShapes}. */
export const shapesSize = [96, 64] as const;

/** What their labels are: 0 to 2, and 255 for void. */
export const shapesClasses = {classes: ["background", "disk", "square"], void: 255};

/**
 * Writes a folder to train on, as docs/training.md describes it: *count* pictures of warm disks and
 * cold squares on noise, their labels with a rim of void around each shape, and classes.json.
 * Another *seed* gives other pictures.
 */
export function writeShapes(folder: string, count: number, seed: number): void {
  const [width, height] = shapesSize;
  mkdirSync(join(folder, "images"), {recursive: true});
  mkdirSync(join(folder, "labels"));
  writeFileSync(join(folder, "classes.json"), JSON.stringify(shapesClasses));
  const random = mulberry32(seed);
  for (let i = 0; i < count; i++) {
    const pixels = Uint8Array.from({length: width * height * 3}, () => 60 + 60 * random());
    const labels = new Uint8Array(width * height);
    // One in each half, so that they do not overlap.
    for (const half of [0, 1]) {
      const isDisk = random() < 0.5;
      const radius = 13 + 5 * random();
      const cx = 48 * half + 21 + 6 * random();
      const cy = 22 + 20 * random();
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const [dx, dy] = [x - cx, y - cy];
          const distance = isDisk ? Math.hypot(dx, dy) : Math.max(Math.abs(dx), Math.abs(dy));
          if (distance > radius + 1) continue;
          const p = y * width + x;
          labels[p] = distance > radius - 1 ? 255 : isDisk ? 1 : 2;
          if (distance > radius) continue;
          const color = isDisk ? [170, 110, 70] : [70, 110, 170];
          for (let c = 0; c < 3; c++) pixels[3 * p + c] = color[c] + 60 * random();
        }
      }
    }
    writeFileSync(join(folder, `images/${i}.png`), writePng(width, height, 3, pixels));
    writeFileSync(join(folder, `labels/${i}.png`), writePng(width, height, 1, labels));
  }
}
