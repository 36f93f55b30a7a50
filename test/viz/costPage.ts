/* The page on which test/pages/costCalculator.test.ts drives figure 2.2. */
import {costFigure} from "../../src/notebook/costCalculator.ts";

const events: string[] = [];
const files: {name: string; file: Blob}[] = [];
const figure = costFigure({save: (file, name) => void files.push({name, file})});
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? "figure" : "a part");
});
document.querySelector("main")?.append(figure);
Object.assign(window, {figure, events, files});
