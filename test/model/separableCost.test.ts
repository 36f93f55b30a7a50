import {describe, expect, it} from "vitest";
import {cost} from "../../src/model/cost.ts";
import {NetworkBuilder} from "../../src/model/network.ts";
import {mulberry32} from "../../src/model/random.ts";
import {costRatio, savingTerm, separableCost, standardCost} from "../../src/model/separableCost.ts";

describe("the cost of a convolution in one step and in two", () => {
  it("is what the network's own count says, for random layers", () => {
    const random = mulberry32(3);
    const upTo = (most: number) => 1 + Math.floor(most * random());
    for (let i = 0; i < 100; i++) {
      const sizes = {kernelSize: upTo(7), size: upTo(40), channels: upTo(50), filters: upTo(50)};
      const builder = new NetworkBuilder();
      const input = builder.input(sizes.channels);
      const {kernelSize, size, filters} = sizes;
      builder.conv("standard", input, filters, {kernelSize});
      builder.conv("pointwise", builder.depthwise("depthwise", input, {kernelSize}), filters);
      const network = {layers: builder.layers, endpoints: {}};
      const counted = new Map(
        cost(network, [size, size], {anySize: true}).layers.map((layer) => [layer.name, layer])
      );
      const of = (name: string) => {
        const {multiplyAdds, parameters} = counted.get(name)!;
        return {multiplyAdds, weights: parameters};
      };
      const two = separableCost(sizes);
      expect(standardCost(sizes)).toEqual(of("standard"));
      expect(two.depthwise).toEqual(of("depthwise"));
      expect(two.pointwise).toEqual(of("pointwise"));
      const {numerator, denominator} = costRatio(sizes);
      for (const count of ["multiplyAdds", "weights"] as const) {
        expect(two[count]).toBe(two.depthwise[count] + two.pointwise[count]);
        // As whole numbers: two / one = numerator / denominator, exactly.
        expect(two[count] * denominator).toBe(standardCost(sizes)[count] * numerator);
      }
    }
  });

  it("is lower in two steps exactly where (N − 1)(Dk² − 1) > 1, which is never 1", () => {
    for (let filters = 1; filters <= 64; filters++)
      for (let kernelSize = 1; kernelSize <= 11; kernelSize++) {
        const sizes = {kernelSize, size: 3, channels: 5, filters};
        const cheaper = separableCost(sizes).multiplyAdds < standardCost(sizes).multiplyAdds;
        const term = savingTerm({kernelSize, filters});
        expect(term > 1).toBe(cheaper);
        expect(term).not.toBe(1);
        expect(cheaper).toBe(filters > 1 && kernelSize > 1);
      }
  });

  it("refuses sizes that are none, and counts that would not be exact", () => {
    const sizes = {kernelSize: 3, size: 33, channels: 320, filters: 256};
    for (const [wrong, message] of [
      [{kernelSize: 0}, "invalid kernel size: 0"],
      [{size: 2.5}, "invalid size: 2.5"],
      [{channels: NaN}, "invalid channels: NaN"],
      [{filters: -3}, "invalid filters: -3"],
      [{size: 1e7, channels: 1e5}, "multiply-adds (up to 2⁵³"]
    ] as const)
      expect(() => standardCost({...sizes, ...wrong})).toThrow(message);
    expect(() => costRatio({kernelSize: 3, filters: 0})).toThrow("invalid filters: 0");
  });
});
