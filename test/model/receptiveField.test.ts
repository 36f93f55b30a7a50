import {describe, expect, it} from "vitest";
import type {Network} from "../../src/model/network.ts";
import {
  backbones,
  deeplabV3Plus,
  outputStrides,
  shippedOptions,
  type DeepLabOptions
} from "../../src/model/deeplab.ts";
import {NetworkBuilder} from "../../src/model/network.ts";
import {receptiveField, receptiveFields} from "../../src/model/receptiveField.ts";
import {alexnetV2, inceptionV3, resnetV1, vgg16} from "./publishedNetworks.ts";

type Row = readonly [layer: string, size: number, stride: number, padding: number | null];

/** All of Araujo 2019's table for five networks, by network and resolution; padding is null where it depends on the size. */
const published: [name: string, network: Network, resolution: number | null, rows: Row[]][] = [
  ...[null, 224, 321].map((resolution): (typeof published)[number] => [
    "AlexNet v2",
    alexnetV2(),
    resolution,
    [
      ["conv1", 11, 4, 0],
      ["pool1", 19, 8, 0],
      ["conv2", 51, 8, 16],
      ["conv3", 99, 16, 32],
      ["conv4", 131, 16, 48],
      ["conv5", 163, 16, 64],
      ["pool5", 195, 32, 64]
    ]
  ]),
  ...[null, 224, 321].map((resolution): (typeof published)[number] => [
    "VGG-16",
    vgg16(),
    resolution,
    [
      ["conv1_1", 3, 1, 1],
      ["pool1", 6, 2, 2],
      ["conv2_1", 10, 2, 4],
      ["pool2", 16, 4, 6],
      ["conv3_1", 24, 4, 10],
      ["conv3_2", 32, 4, 14],
      ["pool3", 44, 8, 18],
      ["conv4_1", 60, 8, 26],
      ["conv4_2", 76, 8, 34],
      ["pool4", 100, 16, 42],
      ["conv5_1", 132, 16, 58],
      ["conv5_2", 164, 16, 74],
      ["pool5", 212, 32, 90]
    ]
  ]),
  ...(["width", "height"] as const).flatMap((side) =>
    [null, 224, 321].map((resolution): (typeof published)[number] => [
      `Inception v3 along the ${side}`,
      inceptionV3(side),
      resolution,
      [
        ["Conv2d_1a_3x3", 3, 2, 0],
        ["Conv2d_2a_3x3", 7, 2, 0],
        ["Conv2d_2b_3x3", 11, 2, 2],
        ["MaxPool_3a_3x3", 15, 4, 2],
        ["Conv2d_3b_1x1", 15, 4, 2],
        ["Conv2d_4a_3x3", 23, 4, 2],
        ["MaxPool_5a_3x3", 31, 8, 2],
        ["Mixed_5b", 63, 8, 18],
        ["Mixed_5c", 95, 8, 34],
        ["Mixed_5d", 127, 8, 50],
        ["Mixed_6a", 159, 16, 58],
        ["Mixed_6b", 351, 16, 154],
        ["Mixed_6c", 543, 16, 250],
        ["Mixed_6d", 735, 16, 346],
        ["Mixed_6e", 927, 16, 442],
        ["Mixed_7a", 1055, 32, 490],
        ["Mixed_7b", 1183, 32, 554],
        ["Mixed_7c", 1311, 32, 618]
      ]
    ])
  ),
  // The first pool's SAME padding begins with a zero at 321 but not at 224.
  ["ResNet-v1-50", resnetV1([3, 4, 6, 3]), null, resnetRows([35, 99, 291, 483])],
  ["ResNet-v1-50", resnetV1([3, 4, 6, 3]), 224, resnetRows([35, 99, 291, 483], [15, 47, 143, 239])],
  ["ResNet-v1-50", resnetV1([3, 4, 6, 3]), 321, resnetRows([35, 99, 291, 483], [17, 49, 145, 241])],
  ["ResNet-v1-101", resnetV1([3, 4, 23, 3]), null, resnetRows([35, 99, 835, 1027])],
  [
    "ResNet-v1-101",
    resnetV1([3, 4, 23, 3]),
    224,
    resnetRows([35, 99, 835, 1027], [15, 47, 415, 511])
  ],
  [
    "ResNet-v1-101",
    resnetV1([3, 4, 23, 3]),
    321,
    resnetRows([35, 99, 835, 1027], [17, 49, 417, 513])
  ]
];

function resnetRows(sizes: readonly number[], paddings?: readonly number[]): Row[] {
  const last = [3, 4, sizes[3] === 483 ? 6 : 23, 3];
  return sizes.map((size, i) => [
    `block${i + 1}/unit_${last[i]}`,
    size,
    [8, 16, 32, 32][i],
    paddings?.[i] ?? null
  ]);
}

describe("published receptive fields", () => {
  it.each(published)("%s, %#: size, stride and padding are equal", (_, network, side, rows) => {
    const options = side === null ? {} : {inputSize: [side, side] as const};
    const fields = receptiveFields(network, options);
    for (const [layer, size, stride, padding] of rows) {
      const field = fields.get(layer)!;
      const expected = {size, stride, padding: padding ?? field.padding};
      expect({layer, ...field}).toEqual({layer, ...expected});
    }
    expect(fields.get(network.endpoints.features!)).toEqual(fields.get(rows.at(-1)[0]));
  });
});

describe("output stride 32 → 16 → 8", () => {
  // Base rates are even here: half of an odd one, at output stride 32, would be rounded.
  const options: DeepLabOptions[] = [
    ...backbones.map((backbone) => ({backbone})),
    {backbone: "resnet101", stem: "7x7", multiGrid: [1, 1, 1]},
    {backbone: "resnet101", multiGrid: [3, 2, 5]},
    {widthMultiplier: 0.35},
    {...shippedOptions, atrousRates: [4, 6, 10]},
    {separableAspp: false, imagePooling: false}
  ];

  it.each(options)("changes no layer's receptive field: %j", (option) => {
    const [at32, at16, at8] = outputStrides
      .toReversed()
      .map((outputStride) => receptiveFields(deeplabV3Plus({...option, outputStride})));
    let strided = 0;
    let beforeResize = true;
    for (const [name, field] of at32) {
      if (name === "decoder/resize") beforeResize = false;
      if (!beforeResize) continue;
      for (const [finer, share] of [
        [at16.get(name)!, 2],
        [at8.get(name)!, 4]
      ] as const) {
        expect({name, ...finer.finite, size: finer.size, padding: finer.padding}).toEqual({
          name,
          ...field.finite,
          ...(field.finite && {stride: finer.stride}),
          size: field.size,
          padding: field.padding
        });
        // Past the finer output stride, units are so many times closer.
        if (field.stride !== Infinity)
          expect([1, share / 2, share]).toContain(field.stride / finer.stride);
        if (field.stride / finer.stride === share) strided++;
      }
    }
    expect(strided).toBeGreaterThan(10);
  });

  it.each(backbones)(
    "is reckoned alike with the padding of a picture's own size: %s",
    (backbone) => {
      for (const outputStride of outputStrides) {
        const network = deeplabV3Plus({
          backbone,
          outputStride,
          imagePooling: false,
          decoder: false
        });
        expect(receptiveFields(network, {inputSize: [513, 513]})).toEqual(receptiveFields(network));
      }
    }
  );

  it("changes how far a resize interpolates: by the distance of units, no more", () => {
    const size = (outputStride: 8 | 16 | 32) =>
      receptiveField(deeplabV3Plus({outputStride}), "decoder/resize").finite!.size;
    const read = receptiveField(deeplabV3Plus(), "concat_projection").finite!.size;
    expect(outputStrides.map(size)).toEqual([8, 16, 32].map((stride) => read + 2 * (stride - 4)));
  });
});

describe("receptiveField", () => {
  /** A network of every kind of layer. */
  function everyLayer(): Network {
    const b = new NetworkBuilder();
    const picture = b.input(3);
    const stem = b.conv("stem", picture, 4, {kernelSize: 3, stride: 2}); // 3 / 2 / 1
    const deep = b.depthwise("deep", stem, {rate: 2}); // 11 / 2 / 5
    const sum = b.add("sum", stem, deep);
    const even = b.pool("even", sum, {kind: "average", kernelSize: 2, stride: 2}); // 13 / 4 / 5
    const dropped = b.dropout("dropped", even, 0.5);
    const active = b.activation("active", dropped, "relu");
    const pooled = b.globalPool("pooled", active);
    const image = b.conv("image", pooled, 2, {kernelSize: 3});
    const wide = b.resize("wide", image, active);
    const joined = b.concat("joined", [wide, active]);
    b.conv("after", joined, 2, {kernelSize: 3, padding: 0}); // 21 / 4 / 5
    b.resize("up", active, sum);
    b.resize("down", stem, active);
    b.resize("stay", active, even);
    return {layers: b.layers, endpoints: {}};
  }

  it("unites branches, and tells the finite part past a global pooling", () => {
    const fields = receptiveFields(everyLayer());
    const even = {size: 13, stride: 4, padding: 5};
    const whole = {size: Infinity, padding: Infinity};
    expect(Object.fromEntries(fields)).toEqual({
      input: {size: 1, stride: 1, padding: 0},
      stem: {size: 3, stride: 2, padding: 1},
      deep: {size: 11, stride: 2, padding: 5},
      sum: {size: 11, stride: 2, padding: 5},
      even,
      dropped: even,
      active: even,
      pooled: {...whole, stride: Infinity},
      image: {...whole, stride: Infinity},
      wide: {...whole, stride: 4},
      joined: {...whole, stride: 4, finite: even},
      after: {...whole, stride: 4, finite: {size: 21, stride: 4, padding: 5}},
      // Every other unit lies midway between two that are 4 pixels apart, and reads both.
      up: {size: 17, stride: 2, padding: 7, approximate: true},
      down: {size: 3, stride: 4, padding: 1},
      stay: even
    });
  });

  it("has all that a unit reads, and no less, at any size of picture", () => {
    for (const inputSize of [
      [33, 33],
      [32, 47],
      [19, 26]
    ] as const) {
      const network = everyLayer();
      const fields = receptiveFields(network, {inputSize});
      for (const [side, size] of inputSize.entries()) {
        const read = readBy(network, size);
        for (const [name, field] of fields) {
          const along = side === 1 && field.columns ? field.columns : field;
          const {size: extent, stride, padding} = along.finite ?? along;
          if (extent === Infinity) continue;
          const lows = read.get(name)!.map(([low], o) => low - o * stride);
          const highs = read.get(name)!.map(([, high], o) => high - o * stride);
          const box = {padding: -Math.min(...lows) || 0, end: Math.max(...highs)};
          expect({name, ...box}).toEqual({name, padding, end: extent - padding - 1});
        }
      }
    }
  });

  it("gives the columns' own field where a picture's sides differ", () => {
    const b = new NetworkBuilder();
    b.conv("half", b.input(1), 1, {kernelSize: 3, stride: 2});
    const network = {layers: b.layers, endpoints: {}};
    expect(receptiveField(network, "half", {inputSize: [32, 33]})).toEqual({
      size: 3,
      stride: 2,
      padding: 0,
      columns: {size: 3, stride: 2, padding: 1}
    });
    expect(receptiveField(network, "half", {inputSize: [33, 65]})).toEqual(
      receptiveField(network, "half")
    );
  });

  it("refuses what is not there, and branches that do not lie on one grid", () => {
    const b = new NetworkBuilder();
    const input = b.input(1);
    const half = b.conv("half", input, 1, {stride: 2});
    const network = {layers: b.layers, endpoints: {}};
    expect(() => receptiveField(network, "third")).toThrow("no layer named third");
    b.add("sum", input, half);
    expect(() => receptiveFields(network)).toThrow(
      "layer sum: the stride of input half is 2, but that of input is 1"
    );
    expect(() => receptiveFields(network, {inputSize: [0, 5]})).toThrow("invalid height: 0");
  });

  it("takes 300 layers in one walk", () => {
    const b = new NetworkBuilder();
    let last = b.input(1);
    while (b.layers.length < 300) {
      const next = b.conv(`conv${b.layers.length}`, last, 1, {kernelSize: 3, rate: 2});
      last = b.add(`sum${b.layers.length}`, last, next);
    }
    const network = {layers: b.layers, endpoints: {}};
    const times = Array.from({length: 20}, () => {
      const start = performance.now();
      receptiveFields(network);
      return performance.now() - start;
    });
    expect(receptiveField(network, last).size).toBe(1 + 4 * 150);
    expect(Math.min(...times)).toBeLessThan(10);
  });
});

/** Returns the first and last input that each unit of each layer reads, by following every tap. */
function readBy(network: Network, size: number): Map<string, [low: number, high: number][]> {
  const maps = new Map<string, [number, number][]>();
  const hull = (units: readonly [number, number][]): [number, number] => [
    Math.min(...units.map(([low]) => low)),
    Math.max(...units.map(([, high]) => high))
  ];
  for (const layer of network.layers) {
    const inputs = layer.inputs.map((name) => maps.get(name)!);
    const [from] = inputs;
    let to: [number, number][];
    if (layer.type === "input") to = Array.from({length: size}, (_, o) => [o, o]);
    else if (layer.type === "globalPool") to = [[Infinity, -Infinity]];
    else if (layer.type === "resize") {
      const count = inputs[1].length;
      to = inputs[1].map((_, o) => {
        const place = count > 1 ? (o * (from.length - 1)) / (count - 1) : 0;
        return hull([from[Math.floor(place)], from[Math.ceil(place)]]);
      });
    } else if ("stride" in layer) {
      const {kernelSize, stride, rate, padding} = layer;
      const reach = (kernelSize - 1) * rate;
      const count =
        padding === "same"
          ? Math.ceil(from.length / stride)
          : Math.floor((from.length + 2 * padding - reach - 1) / stride) + 1;
      const lacking = Math.max(0, (count - 1) * stride + reach + 1 - from.length);
      const before = padding === "same" ? Math.floor(lacking / 2) : padding;
      // A unit in the padding would read as far again as its neighbors are apart.
      const apart = from.length > 1 ? from[1][0] - from[0][0] : 0;
      const unit = (i: number): [number, number] => {
        const [low, high] = from[Math.min(Math.max(i, 0), from.length - 1)];
        const shift = (i - Math.min(Math.max(i, 0), from.length - 1)) * apart;
        return [low + shift, high + shift];
      };
      to = Array.from({length: count}, (_, o) =>
        hull(Array.from({length: kernelSize}, (_, t) => unit(o * stride - before + t * rate)))
      );
    } else to = from.map((_, o) => hull(inputs.map((input) => input[o])));
    maps.set(layer.name, to);
  }
  return maps;
}
