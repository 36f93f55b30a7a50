/* The page on which the tests of the figures with a choice of filters drive them, one at a time. */
import {atrousFormsFigure} from "../../src/notebook/atrousForms.ts";
import {learnedFilters} from "../../src/notebook/learnedFilters.ts";
import {drawStreet} from "../../src/notebook/lessonStreet.ts";
import {subsampledFigure} from "../../src/notebook/subsampled.ts";

const events: string[] = [];
const files: {name: string; file: Blob}[] = [];
const save = (file: Blob, name: string) => void files.push({name, file});

const query = new URLSearchParams(location.search);
const street = drawStreet(Number(query.get("seed") ?? 3));
const learned = learnedFilters("street.safetensors");
const figures = {
  atrousForms: () => atrousFormsFigure(street, {learned, save}),
  subsampled: () => subsampledFigure(street, {learned, save})
};
const name = query.get("figure") as keyof typeof figures;
const figure = figures[name]();
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? name : "a part");
});
document.querySelector("main")?.append(figure);
Object.assign(window, {figure, events, files, drawStreet});
