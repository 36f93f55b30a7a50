/* The page on which the tests of figure 2.1 and its thumbnail drive them. */
import {
  composedKernels,
  groupedConvolution,
  inGroups,
  outputTerms,
  weightCount
} from "../../src/model/groupedConvolution.ts";
import {readSafetensors} from "../../src/model/weights.ts";
import {drawStreet} from "../../src/notebook/lessonStreet.ts";
import {twoStepsFigure} from "../../src/notebook/twoSteps.ts";
import {networkSource, pictureSource} from "../../src/notebook/twoStepsSource.ts";
import {separableThumbnail} from "../../src/viz/index.ts";

const events: string[] = [];
const files: {name: string; file: Blob}[] = [];
const save = (file: Blob, name: string) => void files.push({name, file});
const query = new URLSearchParams(location.search);
const street = drawStreet(17);

const figures = {
  twoSteps: () => twoStepsFigure(street, {weights: "weights.safetensors", save}),
  separableThumbnail: () => separableThumbnail(weightCount)
};
const name = query.get("figure") as keyof typeof figures;
const figure = figures[name]();
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? name : "a part");
});
document.querySelector("main")?.append(figure);
const arithmetic = {composedKernels, groupedConvolution, inGroups, outputTerms};
const sources = {networkSource, pictureSource, readSafetensors};
Object.assign(window, {figure, events, files, street, drawStreet, arithmetic, sources});
