/** What a block of layers does at one output stride, as read off the network. */
export interface StripBlock {
  /** Its name, the same at every output stride. */
  readonly name: string;
  /** What stands under it where there is little room, such as its number. */
  readonly label: string;
  /** The stride and the rate of its convolution over space, and that kernel's side in taps. */
  readonly stride: number;
  readonly rate: number;
  readonly kernelSize: number;
  /** The size of the map that it hands on, in units. */
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** The side of its receptive field, in pixels. */
  readonly field: number;
  readonly multiplyAdds: number;
  /** The bytes of what its layers hand on. */
  readonly activationBytes: number;
}

/** The blocks of a backbone at one output stride, in order. */
export interface StripReading {
  readonly outputStride: number;
  readonly blocks: readonly StripBlock[];
}

/**
 * Returns *readings*, the coarsest first. Throws a RangeError unless there are two or more, of
 * different output strides and of the same blocks.
 */
export function checkReadings(readings: readonly StripReading[]): readonly StripReading[] {
  const sorted = readings.toSorted((a, b) => b.outputStride - a.outputStride);
  const strides = sorted.map(({outputStride}) => outputStride);
  if (!(new Set(strides).size >= 2 && new Set(strides).size === strides.length))
    throw new RangeError(`invalid readings: output strides ${strides.join(", ")}`);
  const names = sorted.map(({blocks}) => blocks.map(({name}) => name).join());
  if (new Set(names).size !== 1 || sorted[0].blocks.length === 0)
    throw new RangeError("invalid readings: not of the same blocks");
  return sorted;
}

/** Blocks next to each other that read at one rate. */
export interface RateRun {
  readonly first: number;
  readonly last: number;
  readonly rate: number;
}

/** Returns the runs of *blocks* that read at a rate above 1. */
export function rateRuns(blocks: readonly StripBlock[]): RateRun[] {
  const runs: {first: number; last: number; rate: number}[] = [];
  for (const [i, {rate}] of blocks.entries()) {
    const run = runs.at(-1);
    if (run?.rate === rate && run.last === i - 1) run.last = i;
    else if (rate > 1) runs.push({first: i, last: i, rate});
  }
  return runs;
}

/** Returns which blocks stride or read otherwise at *after* than at *before*, by number. */
export function changedBlocks(before: StripReading, after: StripReading): number[] {
  return before.blocks.flatMap(({stride, rate}, i) => {
    const now = after.blocks[i];
    return now.stride !== stride || now.rate !== rate ? [i] : [];
  });
}

/** Returns the sum of a quantity over all blocks. */
export function total(
  {blocks}: StripReading,
  quantity: "multiplyAdds" | "activationBytes"
): number {
  return blocks.reduce((sum, block) => sum + block[quantity], 0);
}

/** Returns the side of the patch of units that a kernel spans: 1 + (k − 1) · rate. */
export function spanOf({kernelSize, rate}: StripBlock): number {
  return 1 + (kernelSize - 1) * rate;
}

/** How a block works at an output stride beside how it does at the coarsest. */
export interface Trade {
  /** How many times the multiply-adds it costs. */
  readonly times: number;
  /** Whether it costs more although its kernel has no holes. */
  readonly withoutHoles: boolean;
}

/** Returns how block *i* of *reading* works beside the same block of *coarsest*. */
export function tradeOf(reading: StripReading, coarsest: StripReading, i: number): Trade {
  const times = reading.blocks[i].multiplyAdds / coarsest.blocks[i].multiplyAdds;
  return {times, withoutHoles: times > 1 && reading.blocks[i].rate === 1};
}

/** Returns whether every block has the same receptive field at every output stride. */
export function fieldsStay(readings: readonly StripReading[]): boolean {
  return readings.every(({blocks}) =>
    blocks.every(({field}, i) => field === readings[0].blocks[i].field)
  );
}

/** Returns the readings as comma-separated values, a line for each block and output stride. */
export function readingsCsv(readings: readonly StripReading[]): string {
  const columns = [
    "name",
    "stride",
    "rate",
    "width",
    "height",
    "channels",
    "field",
    "multiplyAdds",
    "activationBytes"
  ] as const;
  const lines = readings.flatMap(({outputStride, blocks}) =>
    blocks.map((block) => [outputStride, ...columns.map((column) => block[column])].join())
  );
  return `${["outputStride", ...columns].join()}\n${lines.join("\n")}\n`;
}
