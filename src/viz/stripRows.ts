import {inThousands} from "./numberWords.ts";
import type {Place} from "./placeShapes.ts";
import {BARS, labeledBlocks, referenceLabel, rowTitles, type StripLayout} from "./stripLayout.ts";
import {rateRuns, spanOf, type StripBlock, type StripReading} from "./strideTrade.ts";

/** The groups of shapes of a strip chart, from the back to the front. */
export const stripGroups = [
  "bands",
  "picture",
  "titles",
  "marks",
  "rates",
  "plates",
  "holes",
  "taps",
  "heights",
  "fields",
  "reference",
  "fieldNumbers",
  "costs",
  "extras",
  "costNumbers",
  "names"
] as const;

type PlaceInStrip = Place<(typeof stripGroups)[number]>;

/** What a strip chart shows. */
export interface StripChartData {
  readonly reading: StripReading;
  /** All readings, the coarsest first. */
  readonly readings: readonly StripReading[];
  /** The block that is selected, by number, and the one pointed at. */
  readonly selected: number;
  readonly pointed: number | null;
  /** The picture's height in pixels, and where to find it, or null. */
  readonly pictureHeight: number;
  readonly picture: string | null;
}

const centerOf =
  ({left, step}: StripLayout) =>
  (i: number) =>
    left + (i + 0.5) * step;
const barsOf = ({left, step, gap}: StripLayout) => ({
  x: (_: unknown, i: number) => left + i * step + gap / 2,
  width: () => step - gap
});
const focusOf = ({pointed, selected}: StripChartData) => pointed ?? selected;

/** Draws what all rows share: the selection, the titles, the blocks' names; and the picture. */
export function drawFrame(at: StripLayout, data: StripChartData, place: PlaceInStrip): void {
  const {width, step, fieldBase, costBase} = at;
  const {reading, readings, selected, pointed, picture, pictureHeight} = data;
  const focus = pointed ?? selected;
  const shown = pointed === null || pointed === selected ? [selected] : [selected, pointed];
  place(
    "bands",
    "rect",
    shown,
    {x: (i) => at.left + i * step, y: () => 4, width: () => step, height: () => at.height - 4},
    {class: (i) => (i === selected ? "viz-strip-selected" : "viz-strip-pointed")}
  );
  place(
    "titles",
    "text",
    rowTitles(reading, readings, width),
    {x: () => 0, y: (_, row) => [14, fieldBase - BARS - 18, costBase - BARS - 18][row]},
    {html: ([title, more]) => `<tspan class="viz-strip-title">${title}</tspan> ${more}`}
  );
  const numbered = labeledBlocks(reading.blocks.length, step, focus);
  place(
    "names",
    "text",
    step < 20 ? numbered : reading.blocks.map((_, i) => i),
    {x: centerOf(at), y: () => costBase + 14},
    {text: (i) => reading.blocks[i].label, class: (i) => (i === focus ? "viz-strip-focus" : "")}
  );
  // The picture at the maps' own scale is taller than they: its middle shows, faded at the ends.
  const scale = (reading.blocks[0].height * at.unit * reading.blocks[0].stride) / pictureHeight;
  place(
    "picture",
    "image",
    picture === null ? [] : [picture],
    {
      x: () => 0,
      y: () => at.middle - (pictureHeight * scale) / 2,
      width: () => at.left - 10,
      height: () => pictureHeight * scale
    },
    {href: (url) => url, preserveAspectRatio: () => "xMidYMid slice"}
  );
}

/** Draws the maps with their kernels' taps, and which strides have become which rates. */
export function drawMaps(at: StripLayout, data: StripChartData, place: PlaceInStrip): void {
  const {step, unit, top, middle} = at;
  const {
    reading: {blocks},
    readings: [coarsest]
  } = data;
  const center = centerOf(at);
  const bars = barsOf(at);
  const half = (units: number) => (units * unit) / 2;
  place(
    "marks",
    "text",
    coarsest.blocks.flatMap(({stride}, i) => (stride > 1 ? [i] : [])),
    {x: center, y: () => at.marks},
    {
      text: (i) => `÷${coarsest.blocks[i].stride}`,
      class: (i) => (blocks[i].stride < coarsest.blocks[i].stride ? "viz-strip-traded" : "")
    }
  );
  const runs = rateRuns(blocks);
  place(
    "rates",
    "path",
    runs,
    {},
    {
      d: ({first, last}) => `M${bars.x(0, first)},${top - 2}v-4H${bars.x(0, last) + bars.width()}v4`
    }
  );
  place(
    "rates",
    "text",
    runs,
    {x: ({first, last}) => center((first + last) / 2), y: () => top - 10},
    {text: ({rate}) => `rate ${rate}`}
  );
  place("plates", "rect", blocks, {
    ...bars,
    y: ({height}) => middle - half(height),
    height: ({height}) => height * unit
  });
  const tap = Math.max(6, Math.min(18, step * 0.4));
  place("holes", "rect", blocks, {
    x: (_, i) => center(i) - tap / 2,
    y: (block) => middle - half(spanOf(block)),
    width: () => tap,
    height: (block) => (block.rate > 1 ? spanOf(block) * unit : 0)
  });
  const offsets = blocks.flatMap(({kernelSize, rate}, i) =>
    Array.from({length: kernelSize}, (_, k) => ({i, offset: (k - (kernelSize - 1) / 2) * rate}))
  );
  place("taps", "rect", offsets, {
    x: ({i}) => center(i) - tap / 2,
    y: ({offset}) => middle + (offset - 0.5) * unit,
    width: () => tap,
    height: () => unit
  });
  place(
    "heights",
    "text",
    blocks.flatMap(({height}, i) => (blocks[i - 1]?.height === height ? [] : [i])),
    {x: center, y: (i) => middle + half(blocks[i].height) + 13},
    {text: (i) => String(blocks[i].height)}
  );
}

/** Draws the receptive fields, and how tall the picture is. */
export function drawFields(at: StripLayout, data: StripChartData, place: PlaceInStrip): void {
  const {reading, pictureHeight} = data;
  const {blocks} = reading;
  const focus = focusOf(data);
  const scale = BARS / Math.max(pictureHeight, ...blocks.map(({field}) => field));
  place("fields", "rect", blocks, {
    ...barsOf(at),
    y: ({field}) => at.fieldBase - field * scale,
    height: ({field}) => field * scale
  });
  const level = at.fieldBase - pictureHeight * scale;
  place("reference", "path", [level], {}, {d: (y) => `M0,${y}H${at.width}`});
  place(
    "reference",
    "text",
    [level],
    {x: () => 0, y: (y) => y - 4},
    {
      text: () => referenceLabel(pictureHeight, at.width)
    }
  );
  place(
    "fieldNumbers",
    "text",
    labeledBlocks(blocks.length, at.step, focus),
    {x: centerOf(at), y: (i) => at.fieldBase - blocks[i].field * scale - 4},
    {text: (i) => String(blocks[i].field), class: (i) => (i === focus ? "viz-strip-focus" : "")}
  );
}

/** Draws the multiply-adds: faintly what the coarsest output stride needs, and on it the rest. */
export function drawCosts(at: StripLayout, data: StripChartData, place: PlaceInStrip): void {
  const {reading, readings} = data;
  const [{blocks: least}] = readings;
  const dearest = Math.max(...readings.flatMap((r) => r.blocks.map((b) => b.multiplyAdds)));
  const tall = (multiplyAdds: number) => (BARS * multiplyAdds) / dearest;
  const y = ({multiplyAdds}: StripBlock) => at.costBase - tall(multiplyAdds);
  place("extras", "rect", reading.blocks, {
    ...barsOf(at),
    y,
    height: ({multiplyAdds}, i) => tall(multiplyAdds - least[i].multiplyAdds)
  });
  place("costs", "rect", least, {
    ...barsOf(at),
    y,
    height: ({multiplyAdds}) => tall(multiplyAdds)
  });
  place(
    "costNumbers",
    "text",
    [focusOf(data)],
    {x: (i) => Math.min(at.width - 20, centerOf(at)(i)), y: (i) => y(reading.blocks[i]) - 4},
    {text: (i) => inThousands(reading.blocks[i].multiplyAdds), class: () => "viz-strip-focus"}
  );
}
