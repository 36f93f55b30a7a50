import {describe, expect, it} from "vitest";
import {channelsOf, NetworkBuilder, parameterCount, weightShapes} from "../../src/model/network.ts";
import {windowPadding} from "../../src/model/padding.ts";
import {shapes} from "../../src/model/shapes.ts";

describe("NetworkBuilder", () => {
  it("names a layer that is there twice, and an input that is not there", () => {
    const builder = new NetworkBuilder();
    const input = builder.input();
    builder.conv("a", input, 2);
    expect(() => builder.conv("a", input, 2)).toThrow("layer name is taken: a");
    expect(() => builder.conv("b", "c", 2)).toThrow("layer b: no input named c");
  });

  it.each([0, -1, 2.5, NaN, Infinity])("refuses %d taps, strides, rates and filters", (value) => {
    const builder = new NetworkBuilder();
    const input = builder.input();
    for (const option of ["kernelSize", "stride", "rate"]) {
      expect(() => builder.depthwise("a", input, {[option]: value})).toThrow(RangeError);
      expect(() => builder.conv("a", input, 1, {[option]: value})).toThrow(`: ${value} (a whole`);
      const pool = {kind: "max", kernelSize: 3, [option]: value} as const;
      expect(() => builder.pool("a", input, pool)).toThrow(RangeError);
    }
    expect(() => builder.conv("a", input, value)).toThrow(`invalid filters: ${value}`);
    expect(() => builder.dropout("a", input, value)).toThrow("invalid keep");
    expect(builder.layers).toHaveLength(1);
  });

  it("counts channels and weights of every layer", () => {
    const builder = new NetworkBuilder();
    const input = builder.input(3);
    const conv = builder.conv("conv", input, 8, {kernelSize: 3, bias: true});
    const deep = builder.depthwise("deep", conv, {kernelSize: 5, batchNorm: 1e-3});
    builder.concat("joined", [conv, deep, input]);
    const network = {layers: builder.layers, endpoints: {}};
    expect(channelsOf(network).get("joined")).toBe(19);
    expect([...weightShapes(network)]).toEqual([
      ["conv/weights", [3, 3, 3, 8]],
      ["conv/biases", [8]],
      ["deep/depthwise_weights", [5, 5, 8, 1]],
      ["deep/BatchNorm/gamma", [8]],
      ["deep/BatchNorm/beta", [8]],
      ["deep/BatchNorm/moving_mean", [8]],
      ["deep/BatchNorm/moving_variance", [8]]
    ]);
    expect(parameterCount(network)).toBe(216 + 8 + 200 + 16);
  });

  it("tells which inputs of a sum or a concatenation do not fit", () => {
    const builder = new NetworkBuilder();
    const input = builder.input(3);
    const half = builder.depthwise("half", input, {stride: 2});
    const wide = builder.conv("wide", input, 4);
    const of = (join: (b: NetworkBuilder) => string) => {
      const copy = new NetworkBuilder();
      for (const layer of builder.layers) copy.append(layer);
      join(copy);
      return () => shapes({layers: copy.layers, endpoints: {}}, [33, 65]);
    };
    expect(of((b) => b.concat("all", [input, half]))).toThrow(
      "layer all: input half is 17×33×3, but input is 33×65×3"
    );
    expect(of((b) => b.add("sum", input, wide))).toThrow(
      "layer sum: input wide is 33×65×4, but input is 33×65×3"
    );
    expect(of((b) => b.concat("all", [input, wide]))().get("all")).toEqual([33, 65, 7]);
  });
});

describe("windowPadding", () => {
  const window = (kernelSize: number, stride: number, rate: number, padding?: "same" | number) => ({
    kernelSize,
    stride,
    rate,
    ...(padding !== undefined && {padding})
  });

  it("shares SAME's zeros, the odd one coming after, and never crops", () => {
    expect(windowPadding(513, window(3, 2, 1))).toEqual({outputs: 257, before: 1, after: 1});
    expect(windowPadding(512, window(3, 2, 1))).toEqual({outputs: 256, before: 0, after: 1});
    expect(windowPadding(33, window(3, 1, 18))).toEqual({outputs: 33, before: 18, after: 18});
    expect(windowPadding(9, window(1, 2, 1))).toEqual({outputs: 5, before: 0, after: 0});
    expect(windowPadding(9, window(2, 3, 1, "same"))).toEqual({outputs: 3, before: 0, after: 0});
  });

  it("takes as many zeros as it is told, and no window that does not fit", () => {
    expect(windowPadding(224, window(11, 4, 1, 0))).toEqual({outputs: 54, before: 0, after: 0});
    expect(windowPadding(512, window(3, 2, 1, 1))).toEqual({outputs: 256, before: 1, after: 1});
    expect(windowPadding(5, window(3, 1, 2, 0))).toEqual({outputs: 1, before: 0, after: 0});
    expect(() => windowPadding(4, window(3, 1, 2, 0))).toThrow(
      "a window that spans 5 does not fit a side of 4 with padding 0"
    );
  });

  it("names the layer whose window does not fit", () => {
    const builder = new NetworkBuilder();
    builder.depthwise("wide", builder.input(1), {kernelSize: 3, rate: 20, padding: 3});
    const network = {layers: builder.layers, endpoints: {}};
    expect(() => shapes(network, [33, 65])).toThrow("layer wide: a window that spans 41 does not");
    expect(shapes(network, [65, 97]).get("wide")).toEqual([31, 63, 1]);
  });

  it.each([-1, 0.5, NaN, Infinity, "valid" as never])("is not %s zeros", (padding) => {
    const builder = new NetworkBuilder();
    const input = builder.input(1);
    expect(() => builder.conv("a", input, 1, {padding})).toThrow(`invalid padding: ${padding}`);
  });

  it("is less than a pooling window spans", () => {
    const builder = new NetworkBuilder();
    const pool = (padding: number) => () =>
      builder.pool("a", builder.input(1), {kind: "max", kernelSize: 2, rate: 2, padding});
    expect(pool(3)).toThrow('invalid padding: 3 ("same" or a whole number from 0 to 2)');
  });
});
