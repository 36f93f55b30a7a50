/* The page on which the tests of lesson 1's analytic figures drive them, one at a time. */
import {coverage, hdc, pathCounts, reads, stackFields} from "../../src/model/layerStack.ts";
import {drawStreet} from "../../src/notebook/lessonStreet.ts";
import {fieldStack, pathMap, tapGrid, tapRow} from "../../src/viz/index.ts";

const events: string[] = [];
const files: {name: string; file: Blob}[] = [];
const save = (file: Blob, name: string) => void files.push({name, file});

const figures = {
  tapRow() {
    const figure = tapRow({save});
    const street = drawStreet(3);
    figure.update({...street, picture: street.canvas});
    return figure;
  },
  tapGrid: () => tapGrid([0, 0.25, 0.5, 0.75, 1], {rate: 2, width: 500}),
  fieldStack: () => fieldStack({stackFields, reads, save}),
  pathMap: () => pathMap({pathCounts, coverage, hdc, save})
};
const name = new URLSearchParams(location.search).get("figure") as keyof typeof figures;
const figure = figures[name]();
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? name : "a part");
});
document.querySelector("main")?.append(figure);
Object.assign(window, {figure, events, files});
