import {latticeEdges, latticeSteps as stepsOf} from "../model/crf/latticeSteps.ts";
import {latticeSteps, type LatticeStepsValue, type View} from "../viz/index.ts";
import {deviceWords} from "./deviceWords.ts";
import {openFilterTimings, type FilterTimingClient} from "./filterTimingClient.ts";
import type {LessonStreet} from "./lessonStreet.ts";

/** Figure 5.5: its value is what the reader has set. */
export interface LatticeStepsFigure extends View<HTMLElement, LatticeStepsValue> {
  /** Measures on another street. */
  update(street: LessonStreet): void;
  /** Ends the worker. */
  close(): void;
}

/**
 * Returns the figure of the lattice that stands in for the sum over all pairs. What it has measured
 * on *street* runs in a worker, which is opened when the figure first comes within **margin** pixels
 * of the screen. **open** and **save** are for tests.
 */
export function latticeStepsFigure(
  street: LessonStreet,
  {
    open = openFilterTimings,
    margin = 600,
    save
  }: {
    open?: () => FilterTimingClient;
    margin?: number;
    save?: (file: Blob, name: string) => void;
  } = {}
): LatticeStepsFigure {
  const client = open();
  let near = false;
  const {width, height} = street;
  const figure = latticeSteps({
    ...{width, height},
    steps: stepsOf,
    edges: latticeEdges,
    ask(type, {sxy, srgb}, report) {
      const picture = {width, height, data: street.pixels};
      return client.ask(type, picture, {sxy, srgb}, report);
    },
    device: deviceWords(navigator),
    ...(save && {save})
  });
  const {close, renew} = figure;
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries[entries.length - 1].isIntersecting) return;
      observer.disconnect();
      near = true;
      renew();
    },
    {rootMargin: `${margin}px`}
  );
  observer.observe(figure);
  return Object.assign(figure, {
    update(next: LessonStreet) {
      if (next === street) return;
      street = next;
      if (near) renew();
    },
    close() {
      observer.disconnect();
      close();
      client.close();
    }
  });
}
