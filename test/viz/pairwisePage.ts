/* The page on which test/pages/pairwiseWeights.test.ts drives figure 5.2. */
import {drawStreet} from "../../src/notebook/lessonStreet.ts";
import {pairwiseWeightsFigure} from "../../src/notebook/pairwiseWeights.ts";

const events: string[] = [];
const files: {name: string; file: Blob}[] = [];
const figure = pairwiseWeightsFigure(drawStreet(1), {
  save: (file, name) => void files.push({name, file})
});
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? "pairwiseWeights" : "a part");
});
document.querySelector("main")?.append(figure);
Object.assign(window, {figure, events, files, drawStreet});
