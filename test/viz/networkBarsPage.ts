/* The page on which test/pages/networkBars.test.ts drives figure 2.3. */
import {networkReading, publishedReadings} from "../../src/notebook/networkCosts.ts";
import {networkBars} from "../../src/viz/index.ts";

const events: unknown[] = [];
const files: {name: string; file: Blob}[] = [];
const figure = networkBars({
  reading: networkReading,
  published: publishedReadings(),
  save: (file, name) => void files.push({name, file})
});
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? figure.value : "a part");
});
document.querySelector("main")?.append(figure);
Object.assign(window, {figure, events, files});
