import {describe, expect, it} from "vitest";
import {namedClasses} from "../../src/model/classes.ts";
import {deeplabV3Plus, shippedOptions} from "../../src/model/deeplab.ts";
import {weightShapes} from "../../src/model/network.ts";
import {
  metadataOf,
  optionsOf,
  parseInputSize,
  shippedNetwork,
  trainedNetwork,
  type TrainedNetwork
} from "../../src/model/trainedNetwork.ts";

const cells: TrainedNetwork = {
  classes: namedClasses(["background", "cell", "road"]),
  decoder: false,
  size: [97, 513]
};

it("is the shipped network where metadata say nothing, and the other way round", () => {
  expect(trainedNetwork({step: "3"})).toEqual(shippedNetwork);
  expect(metadataOf(shippedNetwork)).toEqual({});
  expect(deeplabV3Plus(optionsOf(shippedNetwork))).toEqual(deeplabV3Plus(shippedOptions));
});

it("comes back from its metadata", () => {
  const metadata = metadataOf(cells);
  expect(metadata).toEqual({
    classes: '["background","cell","road"]',
    decoder: "none",
    size: "513x97"
  });
  expect(trainedNetwork(metadata)).toEqual(cells);
});

it("makes a network of its classes, whose logits are the encoder's without decoder", () => {
  const network = deeplabV3Plus(optionsOf(cells));
  expect(network.endpoints.encoder).toBe("logits/semantic");
  expect(network.endpoints.decoder).toBeUndefined();
  expect(weightShapes(network).get("logits/semantic/weights")).toEqual([1, 1, 96, 3]);
});

describe("what is not legal is named", () => {
  it.each([
    [{decoder: "small"}, `metadata "decoder" is "small", not "none"`],
    [{size: "257"}, "invalid size: 257; WIDTHxHEIGHT"],
    [{classes: "[]"}, "invalid number of classes: 0"]
  ])("%j", (metadata, message) => {
    expect(() => trainedNetwork(metadata)).toThrow(message);
  });

  it.each(["", "257x", "256x193", "257x33", "801x193", "257x193x3", "1e2x97"])("%j", (text) => {
    expect(() => parseInputSize(text)).toThrow(`invalid size: ${text || "nothing"}`);
  });
});
