/* The page on which test/pages/blurToEdges.test.ts drives figure 5.1. */
import {boundaryRamps} from "../../src/model/boundaryRamps.ts";
import {colorSteps} from "../../src/model/colorSteps.ts";
import {probabilitiesFromLogits} from "../../src/model/logits.ts";
import {blurToEdgesFigure} from "../../src/notebook/blurToEdges.ts";
import type {CrfStreets} from "../../src/notebook/crfFeed.ts";
import {drawStreet} from "../../src/notebook/lessonStreet.ts";
import {blurredStreet} from "./blurredStreet.ts";

const events: string[] = [];
const files: {name: string; file: Blob}[] = [];
const fake = {fault: null as string | null};
const streets: CrfStreets = {
  async of(street, wait) {
    wait("The network looks at the street …");
    if (fake.fault !== null) throw new Error(fake.fault);
    return blurredStreet(street);
  }
};
const figure = blurToEdgesFigure(drawStreet(1), {
  streets,
  save: (file, name) => void files.push({name, file})
});
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? "blurToEdges" : "a part");
});
document.querySelector("main")?.append(figure);
/** Where the figure begins in the street of seed 1, and a strong edge within a thing. */
const places = {start: {x: 0, y: 0}, inside: {x: 0, y: 0}};
{
  const street = drawStreet(1);
  const {width, height} = street;
  const {encoderLogits, truth} = blurredStreet(street);
  const probabilities = probabilitiesFromLogits(encoderLogits, width, height);
  const steps = colorSteps({width, height, data: street.pixels});
  const picture = {width, height, classes: encoderLogits.classes, probabilities, steps};
  Object.assign(places.start, boundaryRamps(picture, truth).clearest);
  const sure = (i: number) =>
    Array.from({length: 17}, (_, k) => probabilities[(i + k - 8) * 11 + truth[i]]).every(
      (p) => p >= 0.9
    );
  const {across} = steps;
  const i = across.findIndex(
    (levels, i) => levels >= 60 && i % width > 8 && i % width < width - 9 && sure(i)
  );
  places.inside = {x: i % width, y: Math.floor(i / width)};
}
Object.assign(window, {places, figure, events, files, fake, drawStreet});
