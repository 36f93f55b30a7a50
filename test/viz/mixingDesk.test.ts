import {readFileSync} from "node:fs";
import {createCanvas} from "@napi-rs/canvas";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {classes} from "../../src/model/classes.ts";
import {deeplabV3Plus, shippedOptions} from "../../src/model/deeplab.ts";
import {execute, foldWeights} from "../../src/model/execute.ts";
import {labelsFromLogits, probabilitiesAt} from "../../src/model/logits.ts";
import {weightShapes, type Network} from "../../src/model/network.ts";
import {openSegmenter, toTensor, type Segmenter} from "../../src/model/segment.ts";
import {readSafetensors, type Weights} from "../../src/model/weights.ts";
import {asppReading, type AsppRequest} from "../../src/notebook/asppReading.ts";
import {deskGains} from "../../src/notebook/mixingDesk.ts";
import type {CreateContext} from "../../src/notebook/predict.ts";
import {randomScene} from "../../src/scenes/index.ts";
import {
  decoderAccount,
  encoderAccount,
  heardGains,
  untouched,
  valuesAt,
  withKey,
  type AccountRow,
  type DeskReading
} from "../../src/viz/mixingDeskData.ts";
import {
  classesChanged,
  decoderWords,
  deskWords,
  encoderWords,
  gainWords,
  logitText
} from "../../src/viz/mixingDeskWords.ts";
import {pixelsOf} from "../scenes/canvas.ts";

const names = classes.map(({name}) => name);
const SIZE = {width: 257, height: 193};

describe("the desk", () => {
  it("hears what is soloed, and nothing that is muted", () => {
    expect(heardGains(untouched)).toEqual([1, 1, 1, 1, 1]);
    expect(heardGains({...untouched, r3: 35, muted: "pool"})).toEqual([1, 0.35, 1, 1, 0]);
    expect(heardGains({...untouched, r9: 200, soloed: "r6 r9"})).toEqual([0, 0, 1, 2, 0]);
    expect(heardGains({...untouched, muted: "r6", soloed: "r6"})).toEqual([0, 0, 0, 0, 0]);
    expect(withKey("r9", "one", true)).toBe("one r9");
    expect(withKey("one r9", "one", false)).toBe("r9");
  });

  it("says how it stands, and better and worse as the numbers have it", () => {
    expect(gainWords([0, 0, 0, 0, 0])).toBe("With every branch silent");
    expect(gainWords([1, 0, 2, 0, 0])).toBe("With 1×1 and rate 6 at 200\u00a0% alone");
    expect(gainWords([1, 1, 1, 1, 0])).toBe("Without image pooling");
    expect(gainWords([0.5, 1, 1, 1, 1])).toBe("With 1×1 at 50\u00a0%");
    const reading = (of: Partial<DeskReading>): DeskReading => ({
      ...{labels: Uint8Array.of(0, 1, 1, 3), mIoU: 0.5, perClass: [1, 0.5, null, 0.25]},
      ...{computed: 11, layers: 84, milliseconds: 18, ...of}
    });
    const street = {width: 4, height: 1, plain: reading({}), picture: null as never};
    const say = (of: Partial<DeskReading>) =>
      deskWords(street, reading(of), [1, 1, 1, 1, 0], names);
    expect(say({mIoU: 0.4, labels: Uint8Array.of(0, 3, 3, 3)})).toBe(
      "Without image pooling 50 % of the pixels change label (2), most often from building to road " +
        "(100 % of them); mIoU falls from 50.0\u00a0% to 40.0\u00a0% (−10.0 points)."
    );
    expect(say({mIoU: 0.6})).toContain(
      "mIoU rises from 50.0\u00a0% to 60.0\u00a0% (+10.0 points)."
    );
    expect(say({})).toBe(
      "Without image pooling no pixel changes its label; mIoU stays at 50.0\u00a0%."
    );
    expect(classesChanged(street, reading({perClass: [1, 0.6, null, 0]}), 4)).toEqual([
      {label: 3, text: "−25.0"},
      {label: 1, text: "+10.0"}
    ]);
  });

  it("says what adds to a score, and how far ablations are from their whole", () => {
    const row = (parts: number[], other: number, logit: number): AccountRow => ({
      ...{parts, other, logit, sum: parts.reduce((a, b) => a + b, 0)}
    });
    const rows = [row([1, -0.5, 0, 0, 2], 0.25, 2.75), row([0, 0, 0, 0, -1], 0.5, -0.5)];
    expect(encoderWords(rows, names)).toBe(
      "It says sky, 2.8: 2.5 by the five and 0.3 by the bias. Image pooling adds most to it, 2.0."
    );
    expect(decoderWords([row([1, 0, 0, 0, 0], 3, 5), rows[1]], names)).toBe(
      "It says sky, 5.0. Muting 1×1 takes most from it, 1.0. One by one the five take 1.0, all at " +
        "once 3.0: 2.0 apart, more than for any other class."
    );
    expect(decoderWords([row([-1, -1, 0, 0, 0], -2, 5), rows[1]], names)).toBe(
      "It says sky, 5.0. No muting of one takes from it. One by one the five take −2.0, all at " +
        "once −2.0: 0.0 apart; for building even 1.5."
    );
    expect([-0.04, -0.06, 12.34].map(logitText)).toEqual(["0.0", "−0.1", "12.3"]);
  });
});

describe("with the real network", () => {
  const createContext: CreateContext = (width, height) =>
    createCanvas(width, height).getContext("2d");
  const source = {key: "street 23", scene: randomScene(23)};
  let segmenter: Segmenter;
  let tensors: Weights;
  beforeAll(async () => {
    const file = readFileSync(
      new URL("../../notebooks/weights/street.safetensors", import.meta.url)
    );
    ({tensors} = readSafetensors(file));
    segmenter = await openSegmenter(file, {backends: ["wasm"]});
  });
  afterAll(() => segmenter.dispose());
  const ask = (gains: readonly number[], more: Partial<AsppRequest> = {}) =>
    asppReading(segmenter, {source, gains: deskGains(gains), ...more}, createContext);

  it("with one branch alone is the network that has that branch alone, with the same weights", async () => {
    for (const [strip, branch] of Object.keys(deskGains([])).entries()) {
      const steered = await ask([0, 0, 0, 0, 0].map((_, i) => Number(i === strip)));
      const {network, weights} = withBranchAlone(branch, tensors);
      await segmenter.compute(() => {
        const folded = foldWeights(network, weights);
        const input = toTensor(pixelsOf(source.scene), [SIZE.height, SIZE.width]);
        const {decoder, encoder} = network.endpoints;
        const maps = execute(network, folded, input);
        for (const [name, logits] of [
          [decoder!, steered.decoderLogits],
          [encoder!, steered.encoderLogits]
        ] as const) {
          const data = maps.get(name)!.dataSync();
          let gap = 0;
          data.forEach((value, i) => (gap = Math.max(gap, Math.abs(value - logits.data[i]))));
          expect(gap).toBeLessThan(1e-4);
          if (name !== decoder) continue;
          const labels = labelsFromLogits({...logits, data: data as Float32Array}, 257, 193);
          expect(labels).toEqual(steered.decoder);
        }
        for (const tensor of [input, ...maps.values()]) tensor.dispose();
        folded.dispose();
        return Promise.resolve();
      });
    }
  });

  it("has shares and bias sum to the encoder's logits at any pixel, and ablations not to the whole", async () => {
    const gains = [1, 1, 1, 1, 1];
    const now = await ask(gains, {votes: true});
    const votes = now.votes!;
    const places = Object.keys(deskGains([])).map((branch) =>
      votes.branches.findIndex(({name}) => name === branch)
    );
    const without = [];
    for (const muted of gains.keys())
      without.push((await ask(gains.map((_, i) => Number(i !== muted)))).decoderLogits);
    const silent = (await ask([0, 0, 0, 0, 0])).decoderLogits;
    const ablation = {decoder: now.decoderLogits, without, silent};
    for (const [x, y] of [
      [0, 0],
      [256, 192],
      [141, 95],
      [27, 80]
    ]) {
      const rows = encoderAccount({votes, places, ablation}, x, y, SIZE);
      const logits = valuesAt(now.encoderLogits.data, now.encoderLogits, x, y, SIZE);
      rows.forEach(({parts, sum, other, logit}, label) => {
        expect(parts.reduce((a, b) => a + b)).toBeCloseTo(sum, 6);
        expect(Math.abs(sum + other - logits[label])).toBeLessThan(1e-4);
        expect(Math.abs(logit - logits[label])).toBeLessThan(1e-4);
      });
      const exps = valuesAt(ablation.decoder.data, ablation.decoder, x, y, SIZE).map(Math.exp);
      const total = exps.reduce((a, b) => a + b);
      probabilitiesAt(ablation.decoder, x, y, 257, 193).forEach((share, label) =>
        expect(exps[label] / total).toBeCloseTo(share, 5)
      );
    }
    const pedestrian = decoderAccount(ablation, 141, 95, SIZE)[names.indexOf("pedestrian")];
    expect(pedestrian.parts[1]).toBe(Math.max(...pedestrian.parts));
    expect(pedestrian.other - pedestrian.sum).toBeGreaterThan(3);
  });

  it("solves the task with 1×1 and rate 6, and with no branch alone", async () => {
    const plain = (await ask([1, 1, 1, 1, 1])).decoder;
    const kept = async (gains: number[]) => {
      const {decoder} = await ask(gains);
      return decoder.filter((label, i) => label === plain[i]).length / plain.length;
    };
    expect(await kept([1, 0, 1, 0, 0])).toBeGreaterThan(0.95);
    for (const alone of [0, 1, 2, 3, 4])
      expect(await kept([0, 0, 0, 0, 0].map((_, i) => Number(i === alone)))).toBeLessThan(0.95);
  });
});

/** The shipped network without ASPP's other branches: its projection has *branch*'s rows alone. */
function withBranchAlone(branch: string, tensors: Weights): {network: Network; weights: Weights} {
  const whole = deeplabV3Plus(shippedOptions);
  const all = whole.layers.find(({name}) => name === "aspp/concat")!.inputs;
  const [own] = branch.split(/[_/]/); // "aspp1" of "aspp1_pointwise"
  const layers = whole.layers
    .filter(({name}) => !/^(image_pooling|aspp\d)/.test(name) || name.startsWith(own))
    .map((layer) => (layer.name === "aspp/concat" ? {...layer, inputs: [branch]} : layer));
  const network = {...whole, layers};
  const channels = shippedOptions.asppChannels;
  const first = all.indexOf(branch) * channels * channels;
  const weights: Weights = new Map(
    [...weightShapes(network).keys()].map((name) => [name, tensors.get(name)!])
  );
  const projection = tensors.get("concat_projection/weights")!.data;
  weights.set("concat_projection/weights", {
    shape: [1, 1, channels, channels],
    data: projection.slice(first, first + channels * channels)
  });
  return {network, weights};
}
