import type {
  BlurToEdgesValue,
  ConvergenceValue,
  CrfSettings,
  GainsAndLossesValue,
  IterationsValue,
  LatticeStepsValue,
  PairwiseValue
} from "../viz/index.ts";
import {
  anyNumber,
  anyText,
  dotted,
  list,
  number,
  optional,
  yesOrNo,
  type Field
} from "./addressFields.ts";
import {addressed, keepFigures} from "./lessonAddress.ts";
import type {Notices} from "./notices.ts";

type Figure<V> = EventTarget & {value: V};

/** The figures of the lesson on the fully connected CRF, by the names they have in its address. */
export interface CrfFigures {
  /** The street that figures show. */
  street: Figure<{seed: number}>;
  blur: Figure<BlurToEdgesValue>;
  pairs: Figure<PairwiseValue>;
  iterate: Figure<IterationsValue>;
  converge: Figure<ConvergenceValue>;
  lattice: Figure<LatticeStepsValue>;
  harm: Figure<GainsAndLossesValue>;
}

const numbers = dotted("gamma", "w2", "alpha", "beta", "w1");

/** A CRF's kernels, θγ.w₂.θα.θβ.w₁: `1.3.67.3.4`. */
const settings: Field<CrfSettings> = {
  parse(text) {
    const {gamma, w2, alpha, beta, w1} = numbers.parse(text);
    return {
      smoothness: {sxy: gamma, weight: w2},
      appearance: {sxy: alpha, srgb: beta, weight: w1}
    };
  },
  format: ({smoothness, appearance}) =>
    numbers.format({
      ...{gamma: smoothness.sxy, w2: smoothness.weight},
      ...{alpha: appearance.sxy, beta: appearance.srgb, w1: appearance.weight}
    })
};

/** Keeps the address of the lesson and its figures in step; see {@link keepFigures}. */
export function keepCrfAddress(figures: CrfFigures, board: Notices): void {
  const {street, blur, pairs, iterate, converge, lattice, harm} = figures;
  const place = {x: optional(anyNumber), y: optional(anyNumber)};
  keepFigures(
    {
      street: addressed(street, {seed: number(0, 2 ** 32 - 1, true)}, {followed: true}),
      blur: addressed(blur, {
        ...place,
        label: optional(anyNumber),
        direction: optional(anyText) as Field<BlurToEdgesValue["direction"]>
      }),
      pairs: addressed(pairs, {
        ...place,
        map: anyText as Field<PairwiseValue["map"]>,
        settings
      }),
      iterate: addressed(iterate, {
        ...place,
        iteration: anyNumber,
        label: optional(anyNumber),
        view: anyText as Field<IterationsValue["view"]>,
        settings
      }),
      converge: addressed(converge, {
        iteration: anyNumber,
        weight: anyNumber,
        tenths: anyNumber,
        settings
      }),
      lattice: addressed(lattice, {
        step: anyNumber,
        points: list(dotted("x", "y", "value"), 1, 8) as Field<LatticeStepsValue["points"]>,
        deviation: anyNumber,
        sxy: anyNumber,
        srgb: anyNumber
      }),
      harm: addressed(harm, {thing: anyNumber, marks: yesOrNo, settings})
    },
    board
  );
}
