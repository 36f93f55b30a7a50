/* The page on which test/pages/convergence.test.ts drives figure 5.4: a real CRF, in this thread, of a
   real street whose unaries are made up from its truth. */
import {crfRun} from "../../src/model/crf/crfRun.ts";
import {mulberry32} from "../../src/model/random.ts";
import {convergenceFigure} from "../../src/notebook/convergence.ts";
import type {CrfClient} from "../../src/notebook/crfClient.ts";
import type {CrfStreets} from "../../src/notebook/crfFeed.ts";
import type {CrfStreet} from "../../src/notebook/crfStreet.ts";
import {drawStreet, type LessonStreet} from "../../src/notebook/lessonStreet.ts";
import {labelScene, randomScene} from "../../src/scenes/index.ts";

const files: {name: string; file: Blob}[] = [];
const events: string[] = [];
const labels = 11;

/** What the network might have said of a street at half its size: the truth, blurred and noisy. */
function problemOf({seed, canvas, width: wide, height: high}: LessonStreet): CrfStreet {
  const [width, height] = [Math.floor(wide / 2), Math.floor(high / 2)];
  const small = new OffscreenCanvas(width, height).getContext("2d")!;
  small.drawImage(canvas, 0, 0, width, height);
  const image = small.getImageData(0, 0, width, height).data;
  const create = (w: number, h: number) => new OffscreenCanvas(w, h).getContext("2d")!;
  const truth = labelScene(create, randomScene(seed), {width, height});
  const random = mulberry32(seed);
  const unary = new Float32Array(width * height * labels);
  const coarse = 9;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (v: number, most: number) =>
        Math.min(most - 1, Math.floor(v / coarse) * coarse + (coarse >> 1));
      const said = truth[at(y, height) * width + at(x, width)];
      for (let l = 0; l < labels; l++)
        unary[(y * width + x) * labels + l] = (l === said ? 0.3 : 2) + 0.6 * random();
    }
  return {data: {width, height, labels, image, unary}, truth} as unknown as CrfStreet;
}

const fault = {network: null as string | null, crf: null as string | null};
const streets: CrfStreets = {
  async of(street, wait) {
    wait("The network looks at the street …");
    await new Promise((done) => setTimeout(done, 20));
    if (fault.network !== null) throw new Error(fault.network);
    return problemOf(street);
  }
};

let runs = 0;
function open(): CrfClient {
  return {
    run({data, kernels, iterations}, report) {
      let on = true;
      runs++;
      void (async () => {
        if (fault.crf !== null) return report({error: fault.crf});
        const run = await crfRun({...data, ...kernels});
        for (let i = 0; i <= iterations; i++) {
          await new Promise((done) => setTimeout(done));
          if (!on) return;
          report({iteration: run.next()});
        }
      })();
      return () => (on = false);
    },
    messages: () => Promise.resolve(null),
    close() {}
  };
}

const figure = convergenceFigure(drawStreet(1), {
  streets,
  open,
  save: (file, name) => files.push({name, file})
});
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? "figure" : "a part");
});
(document.querySelector("main") as HTMLElement).append(figure);
Object.assign(window, {figure, files, events, fault, drawStreet, runs: () => runs});
