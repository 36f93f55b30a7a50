import type {ConvolutionSize} from "../model/arithmeticIntensity.ts";
import type {ConvolutionSizes} from "../model/separableCost.ts";
import type {
  NetworkBarsValue,
  SeparableTermsValue,
  TimingsValue,
  TwoStepsValue
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

/** The figures of the lesson on separable convolution, by the names they have in its address. */
export interface SeparableFigures {
  /** The picture that figures show. */
  street: Figure<{seed: number}>;
  steps: Figure<TwoStepsValue>;
  cost: Figure<ConvolutionSizes>;
  bars: Figure<NetworkBarsValue>;
  times: Figure<TimingsValue>;
  terms: Figure<SeparableTermsValue>;
}

const sizes = dotted("kernelSize", "height", "width", "channels", "filters");

/** Keeps the address of the lesson and its figures in step; see {@link keepFigures}. */
export function keepSeparableAddress(figures: SeparableFigures, board: Notices): void {
  const {street, steps, cost, bars, times, terms} = figures;
  keepFigures(
    {
      street: addressed(street, {seed: number(0, 2 ** 32 - 1, true)}, {followed: true}),
      steps: addressed(steps, {
        groups: anyNumber,
        step: anyNumber,
        x: anyNumber,
        y: anyNumber,
        channels: anyNumber
      }),
      cost: addressed(cost, {
        kernelSize: anyNumber,
        size: anyNumber,
        channels: anyNumber,
        filters: anyNumber
      }),
      bars: addressed(bars, {
        backbone: anyText as Field<NetworkBarsValue["backbone"]>,
        outputStride: anyNumber as Field<NetworkBarsValue["outputStride"]>,
        aspp: anyText as Field<NetworkBarsValue["aspp"]>,
        decoder: anyText as Field<NetworkBarsValue["decoder"]>,
        size: anyNumber,
        spaceToBatch: yesOrNo,
        layer: optional(anyText)
      }),
      times: addressed(times, {sizes: list(sizes, 1, 8) as Field<ConvolutionSize[]>}),
      terms: addressed(terms, {
        kernel: anyText as Field<SeparableTermsValue["kernel"]>,
        size: anyNumber,
        orientations: anyNumber,
        terms: anyNumber,
        filter: anyNumber
      })
    },
    board
  );
}
