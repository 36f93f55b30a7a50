import {
  composedKernels,
  groupedConvolution,
  inGroups,
  outputTerms
} from "../model/groupedConvolution.ts";
import {readSafetensors, type Weights} from "../model/weights.ts";
import {twoSteps, type TwoSteps, type TwoStepsValue} from "../viz/index.ts";
import type {LessonStreet} from "./lessonStreet.ts";
import {loadBytes} from "./loadBytes.ts";
import {channelSets, mapSize, networkSource, pictureSource} from "./twoStepsSource.ts";

/** Figure 2.1, on a street. */
export interface TwoStepsFigure extends Omit<TwoSteps, "update"> {
  /** Shows another street. */
  update(street: LessonStreet): void;
}

/**
 * Returns the figure of a convolution in one step and in two, on *street*. It begins with the
 * picture's own red, green, blue and luminance. When the network's weights have arrived from address
 * **weights**, it goes on with the responses of the network's first layer, computed here, and the
 * learned kernels of the two layers that follow it. **save** is for tests.
 */
export function twoStepsFigure(
  street: LessonStreet,
  {
    weights,
    value,
    save
  }: {
    weights: string;
    value?: Partial<TwoStepsValue>;
    save?: (file: Blob, name: string) => void;
  }
): TwoStepsFigure {
  let tensors: Weights | null = null;
  let failed = false;
  const source = () =>
    tensors ? networkSource(street, tensors) : pictureSource(street, {waiting: !failed});
  const figure = twoSteps({
    source: source(),
    arithmetic: {groupedConvolution, outputTerms, inGroups, composedKernels},
    ...mapSize(street),
    sets: channelSets,
    // A corner of the red van: flat road behind it, and edges of both directions.
    value: {x: 56, y: 42, channels: 2, ...value},
    ...(save && {save})
  });
  const {update} = figure;

  async function open(): Promise<void> {
    try {
      const {tensors: read} = readSafetensors(await loadBytes(await fetch(weights)));
      // What is not as the figure needs it throws here, before any of it is shown.
      networkSource(street, read).read({x: 2, y: 2}, 0);
      tensors = read;
    } catch (error) {
      failed = true;
      figure.error(
        `The network’s weights are not there: ${(error as Error).message}. ` +
          `The picture’s own channels are shown instead. Reload the page to try again.`
      );
    }
    update(source());
  }
  void open();

  return Object.assign(figure, {
    update(next: LessonStreet) {
      street = next;
      update(source());
    }
  });
}
