import {convolutionWork, type ConvolutionSize} from "../model/arithmeticIntensity.ts";
import type {Backend} from "../model/backend.ts";
import {deeplabV3Plus, shippedOptions} from "../model/deeplab.ts";
import type {Network} from "../model/network.ts";
import {shapes} from "../model/shapes.ts";
import {timings, type NamedSize, type Timings} from "../viz/index.ts";
import {deviceWords} from "./deviceWords.ts";
import {openTimings, type TimingClient} from "./timingClient.ts";

/** The picture of the paper's tables, and the one that the shipped network reads. */
const [published, shipped] = [[513, 513] as const, [193, 257] as const];

/**
 * Returns figure 2.4: convolutions of real layers, and of the reader's sizes, in one step and in two,
 * timed in a worker that is opened when the reader first has it measure, and ended by close.
 * **backend** is the one to measure, or null for the fastest; **open** and **save** are for tests.
 */
export function timingsFigure({
  backend = null,
  open = openTimings,
  sizes,
  save
}: {
  backend?: Backend | null;
  open?: (options: {backend: Backend | null}) => TimingClient;
  sizes?: readonly ConvolutionSize[];
  save?: (file: Blob, name: string) => void;
} = {}): Timings {
  const client = open({backend});
  const figure = timings({
    layers: realLayers(),
    note:
      `“Ours” are layers of this site’s network, which reads ${shipped.toReversed().join("\u00a0×\u00a0")} pixels; ` +
      `“paper’s”, and Xception-65, of DeepLab v3+ at full width on ${published.join("\u00a0×\u00a0")}. ` +
      "All are computed at stride and rate 1, without bias, normalization or activation.",
    work: convolutionWork,
    measure: client.measure,
    device: deviceWords(navigator),
    ...(sizes && {sizes}),
    ...(save && {save})
  });
  const {close} = figure;
  return Object.assign(figure, {
    close() {
      close();
      client.close();
    }
  });
}

/** Layers that networks have in two steps, each with the size of its map. */
function realLayers(): NamedSize[] {
  const ours = deeplabV3Plus(shippedOptions);
  const paper = deeplabV3Plus({});
  const xception = deeplabV3Plus({backbone: "xception65"});
  const block = "xception_65/middle_flow/block1/unit_1/xception_module/separable_conv1_depthwise";
  return [
    {name: "ASPP, paper’s", size: sizeOf(paper, published, "aspp1_depthwise")},
    {name: "Decoder, ours", size: sizeOf(ours, shipped, "decoder/decoder_conv0_depthwise")},
    {name: "ASPP, ours", size: sizeOf(ours, shipped, "aspp1_depthwise")},
    {name: "First block, ours", size: sizeOf(ours, shipped, "MobilenetV2/expanded_conv/depthwise")},
    {name: "Decoder, paper’s", size: sizeOf(paper, published, "decoder/decoder_conv0_depthwise")},
    {
      name: "First block, paper’s",
      size: sizeOf(paper, published, "MobilenetV2/expanded_conv/depthwise")
    },
    {name: "Xception-65, middle", size: sizeOf(xception, published, block)}
  ];
}

/** Returns the size of a *depthwise* layer with the pointwise one that reads it. */
function sizeOf(
  network: Network,
  pictureSize: readonly [height: number, width: number],
  depthwise: string
): ConvolutionSize {
  const sizes = shapes(network, pictureSize);
  const first = network.layers.find(({name}) => name === depthwise);
  const second = network.layers.find(({inputs}) => inputs.includes(depthwise));
  if (first?.type !== "depthwise" || second?.type !== "conv" || second.kernelSize !== 1)
    throw new Error(`no two steps: ${depthwise}`);
  const [height, width, channels] = sizes.get(depthwise)!;
  return {kernelSize: first.kernelSize, height, width, channels, filters: second.filters};
}
