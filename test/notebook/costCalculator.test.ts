import {describe, expect, it} from "vitest";
import {deeplabV3Plus} from "../../src/model/deeplab.ts";
import {separableCost, standardCost} from "../../src/model/separableCost.ts";
import {shapes} from "../../src/model/shapes.ts";
import {separableLayers} from "../../src/notebook/costCalculator.ts";

describe("the layers that the calculator starts from", () => {
  const layers = separableLayers();
  const network = deeplabV3Plus();
  const shape = shapes(network, [513, 513]);

  it("are layers of the network, with its shapes", () => {
    expect(layers.map(({name}) => name)).toEqual(
      expect.arrayContaining(["aspp1", "decoder/decoder_conv0", "decoder/decoder_conv1"])
    );
    for (const {name, kernelSize, size, channels, filters} of layers) {
      const [first, second] = name.startsWith("expanded")
        ? [`MobilenetV2/${name}/depthwise`, `MobilenetV2/${name}/project`]
        : [`${name}_depthwise`, `${name}_pointwise`];
      expect(network.layers.find((layer) => layer.name === first)).toMatchObject({kernelSize});
      expect(shape.get(first), name).toEqual([size, size, channels]);
      expect(shape.get(second), name).toEqual([size, size, filters]);
    }
  });

  it("cost 1/N + 1/Dk² of their standard form in two steps, multiply-adds and weights alike", () => {
    for (const layer of layers) {
      const [one, two] = [standardCost(layer), separableCost(layer)];
      const ratio = 1 / layer.filters + 1 / layer.kernelSize ** 2;
      expect(two.multiplyAdds / one.multiplyAdds).toBeCloseTo(ratio, 14);
      expect(two.weights / one.weights).toBeCloseTo(ratio, 14);
    }
  });

  it("are no two of the same sizes", () => {
    const sizes = layers.map(({name: _, ...rest}) => JSON.stringify(rest));
    expect(new Set(sizes).size).toBe(layers.length);
  });
});
