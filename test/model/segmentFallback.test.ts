import {expect, it, vi} from "vitest";
import type {Backend, BackendOptions} from "../../src/model/backend.ts";
import {deeplabV3Plus, shippedOptions} from "../../src/model/deeplab.ts";
import {mulberry32} from "../../src/model/random.ts";
import {openSegmenter} from "../../src/model/segment.ts";
import {initialize, layoutOf, toWeights} from "../../src/model/train/parameters.ts";

// A backend that computes as WebAssembly does, under another's name, and can be lost: there is no
// GPU in Node, and in a browser without one a pass of the shipped network takes minutes.
const device = vi.hoisted(() => ({
  current: "",
  lost: new Set<string>(),
  missing: new Set<string>()
}));

vi.mock(import("../../src/model/backend.ts"), async (load) => {
  const actual = await load();
  return {
    ...actual,
    async useBackend(backend: Backend, options?: BackendOptions) {
      if (device.missing.has(backend)) throw new Error(`this machine has no ${backend}`);
      device.current = backend;
      await actual.useBackend("wasm", options);
    },
    watchLoss() {
      const mine = device.current;
      return () => device.lost.has(mine);
    },
    loseDevice() {
      device.lost.add(device.current);
    }
  };
});

const network = deeplabV3Plus(shippedOptions);
const layout = layoutOf(network);
const trained = new Float32Array(layout.trainedSize);
const statistics = new Float32Array(layout.statisticsSize);
initialize(network, layout, trained, statistics, mulberry32(1));
const weights = toWeights(layout, trained, statistics);
const picture = {width: 64, height: 48, data: new Uint8ClampedArray(64 * 48 * 4).fill(90)};
const asked = {outputStride: 32} as const;

it("the next backend answers where one is lost, in place, and says so", async () => {
  const messages: string[] = [];
  const backends: Backend[] = ["webgpu"];
  const onFallback = (message: string) => messages.push(message);
  const segmenter = await openSegmenter(weights, {backends, onFallback});
  expect(segmenter.backend).toBe("webgpu");
  const before = await segmenter.segment(picture, asked);
  const held = segmenter.memory();

  // The list is read again when a device is lost; what joins it now was not timed against it.
  backends.push("webgl", "wasm");
  device.missing.add("webgl");
  segmenter.loseDevice();
  // Both calls were made before anyone knew of the loss; one fallback serves both.
  const [after, next] = await Promise.all([
    segmenter.segment(picture, asked),
    segmenter.segment(picture, asked)
  ]);
  expect(segmenter.backend).toBe("wasm");
  expect(messages).toEqual(["webgpu was lost; wasm computes the network now"]);
  expect(after.logits).toEqual(before.logits);
  expect(next.logits).toEqual(before.logits);
  expect(segmenter.memory()).toEqual(held);
  segmenter.dispose();
});

it("an Error tells why no backend is left", async () => {
  device.lost.clear();
  const segmenter = await openSegmenter(weights, {backends: ["webgpu", "webgl"]});
  segmenter.loseDevice();
  await expect(segmenter.segment(picture, asked)).rejects.toThrow(
    "no backend can compute the network here (webgl: this machine has no webgl)"
  );
});
