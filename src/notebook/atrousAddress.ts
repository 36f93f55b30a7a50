import type {StackLayer} from "../model/layerStack.ts";
import type {RowFilter} from "../viz/rowTaps.ts";
import type {
  AtrousFormsValue,
  FieldStackValue,
  GradientChoice,
  PathMapValue,
  StripChoice,
  SubsampledValue,
  TapRowValue
} from "../viz/index.ts";
import {
  anyNumber,
  anyText,
  dotted,
  list,
  number,
  optional,
  yesOrNo,
  type Field,
  type Fields
} from "./addressFields.ts";
import {addressed, keepFigures} from "./lessonAddress.ts";
import type {Notices} from "./notices.ts";

type Figure<V> = EventTarget & {value: V};

/** The figures of the lesson on atrous convolution, by the names they have in its address. */
export interface AtrousFigures {
  /** The picture that all of them show. */
  street: Figure<{seed: number}>;
  row: Figure<TapRowValue>;
  forms: Figure<AtrousFormsValue>;
  stack: Figure<FieldStackValue>;
  paths: Figure<PathMapValue>;
  lost: Figure<SubsampledValue>;
  strides: Figure<StripChoice>;
  gradient: Figure<GradientChoice>;
}

/** A layer as its kernel size, stride and rate: `3.1.2`. */
const layer: Field<StackLayer> = dotted("kernelSize", "stride", "rate");

/** A pixel: `x,y`. */
const pixel: Field<{x: number; y: number}> = {
  parse(text) {
    const [x, y] = list(anyNumber, 2, 2).parse(text);
    return {x, y};
  },
  format: ({x, y}) => `${x},${y}`
};

/** What the filters of figures 1.2 and 1.5 have in common. */
const filter: Fields<Pick<AtrousFormsValue, "filter" | "learned" | "kernel">> = {
  filter: anyText as Field<AtrousFormsValue["filter"]>,
  learned: anyNumber,
  kernel: list(anyNumber, 9, 9) as Field<number[]>
};

/** Keeps the address of the lesson and its figures in step; see {@link keepFigures}. */
export function keepAtrousAddress(figures: AtrousFigures, board: Notices): void {
  const {street, row, forms, stack, paths, lost, strides, gradient} = figures;
  keepFigures(
    {
      street: addressed(street, {seed: number(0, 2 ** 32 - 1, true)}, {followed: true}),
      row: addressed(row, {
        row: anyNumber,
        x: anyNumber,
        kernelSize: anyNumber,
        rate: anyNumber,
        filter: anyText as Field<RowFilter>
      }),
      forms: addressed(forms, {...filter, rate: anyNumber, at: optional(pixel)}),
      stack: addressed(stack, {layers: list(layer, 1, 16) as Field<StackLayer[]>, step: anyNumber}),
      paths: addressed(paths, {
        kernelSize: anyNumber,
        rates: list(anyNumber, 1, 16) as Field<number[]>
      }),
      lost: addressed(lost, {
        ...filter,
        stride: anyNumber,
        upsample: anyText as Field<SubsampledValue["upsample"]>,
        at: optional(pixel)
      }),
      strides: addressed(strides, {outputStride: anyNumber, layer: anyText, channel: anyNumber}),
      gradient: addressed(gradient, {
        layer: anyText,
        channel: optional(anyNumber),
        x: anyNumber,
        y: anyNumber,
        pinned: yesOrNo,
        core: yesOrNo
      })
    },
    board
  );
}
