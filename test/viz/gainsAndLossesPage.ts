/* The page on which test/pages/gainsAndLosses.test.ts drives figure 5.6: a real street, unaries made
   of its truth, and a real CRF in this thread. */
import {crfRun} from "../../src/model/crf/crfRun.ts";
import {networkProblem} from "../../src/model/crf/networkProblem.ts";
import {labelsFromLogits} from "../../src/model/logits.ts";
import {openCrf, type CrfClient} from "../../src/notebook/crfClient.ts";
import type {CrfStreets} from "../../src/notebook/crfFeed.ts";
import {gainsAndLossesFigure} from "../../src/notebook/gainsAndLosses.ts";
import type {CrfStreet} from "../../src/notebook/crfStreet.ts";
import {drawStreet, type LessonStreet} from "../../src/notebook/lessonStreet.ts";
import {blurredLogits, blurredStreet} from "./blurredStreet.ts";

const events: string[] = [];
const files: {name: string; file: Blob}[] = [];
const fault = {network: null as string | null, crf: null as string | null};
const streets: CrfStreets = {
  async of(street, wait) {
    wait("The network looks at the street …");
    if (fault.network !== null) throw new Error(fault.network);
    return seenStreet(street);
  }
};

/** Blurred less than others' test streets are, and surer, or nobody would be seen on them. */
function seenStreet(street: LessonStreet): CrfStreet {
  const blurred = blurredStreet(street);
  const {width, height, image} = blurred.data;
  const encoderLogits = blurredLogits(blurred.truth, {width, height}, 33, 25);
  encoderLogits.data.forEach((logit, i, all) => (all[i] = 2.5 * logit));
  const {unary} = networkProblem({width, height, data: image}, encoderLogits);
  const encoder = labelsFromLogits(encoderLogits, width, height);
  return {...blurred, encoderLogits, encoder, data: {...blurred.data, unary}};
}

function open(): CrfClient {
  return {
    ...openCrf(),
    run({data, kernels, iterations}, report) {
      let on = true;
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
    }
  };
}

const figure = gainsAndLossesFigure(drawStreet(23), {
  streets,
  open,
  save: (file, name) => void files.push({name, file})
});
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? "figure" : "a part");
});
document.querySelector("main")?.append(figure);
Object.assign(window, {figure, files, events, fault, drawStreet});
