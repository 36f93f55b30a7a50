import {probabilitiesFromLogits, type Logits} from "../logits.ts";
import type {Picture} from "../picture.ts";
import type {DenseCrfOptions} from "./options.ts";
import {unaryFromProbabilities} from "./unary.ts";

/**
 * Returns the CRF over the pixels of *picture* whose unaries are what a network says of it: the
 * softmax of its *logits*, interpolated bilinearly at every pixel. The kernels are those of the
 * options, or else the defaults of {@link DenseCrfOptions}.
 */
export function networkProblem(
  {width, height, data}: Picture,
  logits: Logits,
  kernels: Pick<DenseCrfOptions, "smoothness" | "appearance"> = {}
): DenseCrfOptions {
  return {
    ...kernels,
    ...{width, height, labels: logits.classes, image: data},
    unary: unaryFromProbabilities(probabilitiesFromLogits(logits, width, height))
  };
}
