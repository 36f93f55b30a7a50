import {describe, expect, it} from "vitest";
import {cost} from "../../src/model/cost.ts";
import {deeplabV3Plus, shippedOptions, type DeepLabOptions} from "../../src/model/deeplab.ts";
import {kernelName, NetworkBuilder, parameterCount} from "../../src/model/network.ts";
import {runPlain} from "./plainExecutor.ts";
import {randomNetwork} from "./randomNetworks.ts";

describe("what the papers count", () => {
  // Chen 2018 and the released code: MobileNetV2, no decoder, 513×513, 21 classes, output stride 16.
  const published = (options: DeepLabOptions) =>
    cost(deeplabV3Plus({...options, decoder: false}), [513, 513]);

  it("of image pooling and a 1×1 convolution alone: 2.11 M parameters, 2.75B multiply-adds", () => {
    const {parameters, multiplyAdds} = published({atrousBranches: false});
    expect(parameters).toBe(2_113_557);
    expect(multiplyAdds / 2.75e9).toBeCloseTo(1, 2); // 2.741B
  });

  it("of standard ASPP: 4.52 M parameters, 5.8B multiply-adds if its grid is padded", () => {
    const {parameters, multiplyAdds, layers} = published({separableAspp: false});
    expect(parameters).toBe(4_523_541);
    const branches = layers.filter(({name}) => /^aspp[123]$/.test(name));
    expect(branches).toHaveLength(3);
    // TensorFlow's space-to-batch pads 33×33 to 36×36, a multiple of the rate.
    const atrous = branches.reduce((sum, layer) => sum + layer.multiplyAdds, 0);
    const padded = multiplyAdds - atrous + atrous * (36 / 33) ** 2;
    expect((padded / 1e9).toFixed(1)).toBe("5.8");
    expect((multiplyAdds / 1e9).toFixed(1)).toBe("5.4");
  });

  it("the network that ships", () => {
    const {parameters, layers} = cost(deeplabV3Plus(shippedOptions), [193, 257]);
    expect((parameters / 1e6).toFixed(2)).toBe("0.64");
    expect(layers.find(({name}) => name === "aspp1_depthwise")).toEqual({
      name: "aspp1_depthwise",
      type: "depthwise",
      shape: [13, 17, 160],
      parameters: 9 * 160 + 2 * 160,
      multiplyAdds: 13 * 17 * 9 * 160,
      activationBytes: 13 * 17 * 160 * 4
    });
  });
});

describe("50 random networks", () => {
  it.each(Array.from({length: 50}, (_, i) => i + 1))(
    "cost what is counted one by one (%i)",
    (seed) => {
      const {network, weights, picture} = randomNetwork(seed);
      const [, height, width] = picture.shape;
      const found = cost(network, [height, width], {anySize: true});
      const maps = runPlain(network, weights, picture);
      let [parameters, multiplyAdds, activationBytes] = [0, 0, 0];
      for (const [i, layer] of network.layers.entries()) {
        const [, rows, columns, channels] = maps.get(layer.name)!.shape;
        let products = 0;
        if (layer.type === "conv" || layer.type === "depthwise") {
          const [, , from, to] = weights.get(kernelName(layer))!.shape;
          for (let y = 0; y < rows; y++)
            for (let x = 0; x < columns; x++)
              for (let tap = 0; tap < layer.kernelSize ** 2; tap++)
                for (let c = 0; c < from; c++) products += to;
        }
        expect(found.layers[i]).toMatchObject({
          name: layer.name,
          type: layer.type,
          shape: [rows, columns, channels],
          multiplyAdds: products
        });
        const values = [...weights].filter(([name]) => belongs(name, layer.name));
        const own = values.reduce((sum, [, {data}]) => sum + data.length, 0);
        expect(found.layers[i].parameters).toBe(own);
        parameters += own;
        multiplyAdds += products;
        activationBytes += new Float32Array(rows * columns * channels).byteLength;
      }
      expect(found).toMatchObject({parameters, multiplyAdds, activationBytes});
      expect(parameters).toBe(parameterCount(network));
    }
  );

  function belongs(weight: string, layer: string): boolean {
    return weight.startsWith(`${layer}/`) && !weight.includes("/moving_");
  }
});

it("is asked of sizes that are 32k + 1, unless told otherwise", () => {
  const builder = new NetworkBuilder();
  builder.conv("layer", builder.input(3), 2, {kernelSize: 3, stride: 2});
  const network = {layers: builder.layers, endpoints: {}};
  expect(() => cost(network, [64, 65])).toThrow("invalid height: 64");
  expect(cost(network, [64, 65], {anySize: true}).multiplyAdds).toBe(32 * 33 * 9 * 3 * 2);
});
