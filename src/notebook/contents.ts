import {weightCount} from "../model/groupedConvolution.ts";
import {reads} from "../model/layerStack.ts";
import {crfCard} from "./crfCard.ts";
import {lessonCard, separableThumbnail, stackThumbnail} from "../viz/index.ts";

/** Returns figure 0.4: a card for each lesson, in reading order, each with a small live figure. */
export function contents(): HTMLElement {
  const root = document.createElement("div");
  root.className = "viz-cards";
  root.append(
    lessonCard(
      stackThumbnail((rates) => reads(rates.map((rate) => ({kernelSize: 3, stride: 1, rate})))),
      {
        href: "./atrous.html",
        title: "Convolution with holes",
        text: "How rates widen what a unit sees, which pixels it misses, and where a trained network really looks."
      }
    ),
    lessonCard(separableThumbnail(weightCount), {
      href: "./separable.html",
      title: "Two cheap steps for one dear one",
      text: "What is saved by looking around first and mixing channels after, when nothing is, and what is given up."
    }),
    lessonCard(crfCard(), {
      href: "./crf.html",
      title: "A graph of every pixel with every other",
      text: "How a fully connected CRF turns a rough map into edges, step by step, why it settles, and whom it erases."
    })
  );
  return root;
}
