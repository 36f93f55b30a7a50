/* The page on which test/pages/iterations.test.ts drives figure 5.3, with a real CRF. */
import {crfRun} from "../../src/model/crf/crfRun.ts";
import type {CrfStreets} from "../../src/notebook/crfFeed.ts";
import type {CrfStreet} from "../../src/notebook/crfStreet.ts";
import {iterationsFigure} from "../../src/notebook/iterations.ts";
import {drawStreet} from "../../src/notebook/lessonStreet.ts";
import {blurredStreet} from "./blurredStreet.ts";

const events: string[] = [];
const files: {name: string; file: Blob}[] = [];
const fake = {fault: null as string | null};
let last: CrfStreet | null = null;
const streets: CrfStreets = {
  async of(street, wait) {
    wait("The network looks at the street …");
    if (fake.fault !== null) throw new Error(fake.fault);
    return (last = blurredStreet(street));
  }
};
const figure = iterationsFigure(drawStreet(1), {
  streets,
  save: (file, name) => void files.push({name, file})
});
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? "iterations" : "a part");
});

/** Returns a pixel of the newest street that its CRF, run here, labels wrong, and the encoder right. */
async function spoiledPixel(): Promise<{x: number; y: number} | null> {
  if (last === null) return null;
  const {data, truth} = last;
  const run = await crfRun({...data, ...figure.value.settings});
  const {labels: before} = run.next();
  for (let i = 0; i < 9; i++) run.next();
  const {labels: after} = run.next();
  const pixel = truth.findIndex((label, i) => before[i] === label && after[i] !== label);
  return pixel < 0 ? null : {x: pixel % data.width, y: Math.floor(pixel / data.width)};
}

document.querySelector("main")?.append(figure);
Object.assign(window, {figure, events, files, fake, drawStreet, spoiledPixel});
