/* The page on which the tests of figure 2.5 drive it. */
import {drawStreet} from "../../src/notebook/lessonStreet.ts";
import {separableTermsFigure} from "../../src/notebook/separableTerms.ts";

const events: string[] = [];
const files: {name: string; file: Blob}[] = [];
const figure = separableTermsFigure(drawStreet(3), {
  weights: "street.safetensors",
  save: (file, name) => void files.push({name, file})
});
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? "separableTerms" : "a part");
});
document.querySelector("main")?.append(figure);
Object.assign(window, {figure, events, files, drawStreet});
