import {dilatedConvolution} from "../model/atrousForms.ts";
import {orientedEdges} from "../model/orientedEdges.ts";
import type {Kernels, KernelTerms} from "../model/separableTerms.ts";
import {depthwiseSteps, filterOf, pointwiseSum} from "../model/termResponses.ts";
import {
  separableTerms,
  type KernelChoice,
  type SeparableTermsValue,
  type SeparableTermsView
} from "../viz/index.ts";
import {filterPicture} from "./filterPicture.ts";
import {learnedKernels} from "./learnedFilters.ts";
import type {LessonStreet} from "./lessonStreet.ts";

/** Figure 2.5, on a street. */
export interface SeparableTermsFigure extends Omit<SeparableTermsView, "update"> {
  /** Shows another street. */
  update(street: LessonStreet): void;
}

/**
 * Returns the figure of kernels rebuilt from separable terms, on *street*. **weights** is the
 * address of the network's weights, which are read when its kernels are first chosen; what finds
 * singular values is loaded with the figure, not before.
 */
export function separableTermsFigure(
  street: LessonStreet,
  {
    weights,
    value,
    save
  }: {
    weights: string;
    value?: Partial<SeparableTermsValue>;
    save?: (file: Blob, name: string) => void;
  }
): SeparableTermsFigure {
  const learned = learnedKernels(weights);
  const known = new Map<string, KernelTerms>();
  const figure = separableTerms({
    picture: filterPicture(street),
    async takeApart(choice) {
      const name = JSON.stringify(choice);
      const before = known.get(name);
      if (before) return before;
      const [model, kernels] = await Promise.all([
        import("../model/separableTerms.ts"),
        choice.kernel === "learned" ? learned() : edges(choice)
      ]);
      const terms = model.separableTerms(kernels);
      known.set(name, terms);
      return terms;
    },
    filterOf,
    convolve: dilatedConvolution,
    depthwiseSteps,
    pointwiseSum,
    value,
    save
  });
  const {update} = figure;
  return Object.assign(figure, {update: (next: LessonStreet) => update(filterPicture(next))});
}

/** Short edges are as wide along as across; long ones narrow, and as long as they fit. */
function edges({kernel, size, orientations}: KernelChoice): Kernels {
  if (kernel === "short") return orientedEdges({size, orientations});
  return orientedEdges({size, orientations, across: size / 8, along: size / 2});
}
