import {cost} from "../model/cost.ts";
import {deeplabV3Plus} from "../model/deeplab.ts";
import {costRatio, savingTerm, separableCost, standardCost} from "../model/separableCost.ts";
import {channelsOf} from "../model/network.ts";
import {costCalculator, type NamedConvolution} from "../viz/index.ts";

/** The pictures for which the paper counts. */
const SIZE = 513;
/** How the pointwise step of a separable convolution is named, and a backbone's projection. */
const secondStep = /_pointwise$|\/project$/;

/**
 * Returns convolutions of DeepLab v3+ (MobileNetV2, 513×513) as layers that could be computed in one
 * step or in two: each separable convolution by the name of the whole, and each depthwise one of the
 * backbone with the projection that follows it; without those of the same sizes as one before.
 */
export function separableLayers(): NamedConvolution[] {
  const network = deeplabV3Plus();
  const channels = channelsOf(network);
  const sizes = new Map(cost(network, [SIZE, SIZE]).layers.map(({name, shape}) => [name, shape]));
  const found = network.layers.flatMap((layer): NamedConvolution[] => {
    if (layer.type !== "conv" || !secondStep.test(layer.name)) return [];
    const before = network.layers.find(({name}) => name === layer.inputs[0]);
    if (before?.type !== "depthwise") return [];
    return [
      {
        name: layer.name.replace(secondStep, "").replace(/^MobilenetV2\//, ""),
        kernelSize: before.kernelSize,
        size: sizes.get(layer.name)![0],
        channels: channels.get(before.name)!,
        filters: layer.filters
      }
    ];
  });
  const key = ({kernelSize, size, channels, filters}: NamedConvolution) =>
    [kernelSize, size, channels, filters].join();
  const distinct = [...new Map(found.toReversed().map((layer) => [key(layer), layer])).values()];
  // Those after the backbone first: they are what DeepLab adds.
  return distinct
    .reverse()
    .sort((a, b) => Number(a.name.startsWith("expanded")) - Number(b.name.startsWith("expanded")));
}

/** Returns figure 2.2, with the layers of DeepLab v3+ to start from. */
export function costFigure({save}: {save?: (file: Blob, name: string) => void} = {}): ReturnType<
  typeof costCalculator
> {
  return costCalculator({
    costs: (sizes) => ({
      standard: standardCost(sizes),
      separable: separableCost(sizes),
      ratio: costRatio(sizes),
      term: savingTerm(sizes)
    }),
    layers: separableLayers(),
    save
  });
}
