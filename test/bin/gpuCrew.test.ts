import {afterAll, expect, it} from "vitest";
import {Crew, shared} from "../../bin/crew.ts";
import {openGpu} from "../../bin/gpu.ts";
import {GpuCrew, type GroupComputer} from "../../bin/gpuCrew.ts";
import {InputError} from "../../bin/inputError.ts";
import {compileKernels} from "../../bin/trainKernels.ts";
import {useBackend} from "../../src/model/backend.ts";
import {classes} from "../../src/model/classes.ts";
import {deeplabV3Plus, shippedOptions} from "../../src/model/deeplab.ts";
import {wasmKernels} from "../../src/model/kernels/wasmKernels.ts";
import {mulberry32} from "../../src/model/random.ts";
import {computeGroup} from "../../src/model/train/group.ts";
import {layoutOf} from "../../src/model/train/parameters.ts";
import {Trainer} from "../../src/model/train/trainer.ts";

const network = deeplabV3Plus(shippedOptions);
const layout = layoutOf(network);

function noise(width: number, height: number) {
  const random = mulberry32(3);
  const pixels = new SharedArrayBuffer(width * height * 4);
  const labels = new SharedArrayBuffer(width * height);
  new Uint8Array(pixels).forEach((_, i, all) => (all[i] = 256 * random()));
  new Uint8Array(labels).forEach((_, i, all) => (all[i] = classes.length * random()));
  return {width, height, pixels, labels};
}

const data = {
  network: shippedOptions,
  pictures: [noise(90, 70)],
  sampling: {sceneShare: 0, seed: 5},
  loss: {},
  classWeights: new Float32Array(classes.length).fill(1),
  size: [65, 97] as const
};

const path = process.env.CHROMIUM_PATH;
afterAll(() => {
  if (path === undefined) delete process.env.CHROMIUM_PATH;
  else process.env.CHROMIUM_PATH = path;
});

it("a computer of groups gets the samples and the randomness that threads take", async () => {
  await useBackend("wasm");
  const kernels = await compileKernels();
  const {classWeights} = data;
  const options = {network, layout, kernels: await wasmKernels(kernels), classWeights};
  let closed = 0;
  const computer: GroupComputer = {
    compute: ({samples, trained, gradient, statistics, seed}) =>
      computeGroup(options, samples, trained, gradient, statistics, mulberry32(seed)),
    close: async () => void closed++
  };
  const trainerOf = () => new Trainer(network, mulberry32(1), {}, shared(layout.trainedSize));
  const trainers = [trainerOf(), trainerOf()];
  const crews = [
    new Crew(2, trainers[0], {backend: "wasm", kernels, ...data}),
    new GpuCrew(computer, 2, trainers[1], data)
  ];
  // The last is not the next: a step that nobody prepared.
  for (const step of [0, 1, 2, 7]) {
    const replies = await Promise.all(crews.map((crew) => crew.step(step)));
    expect(replies[1]).toEqual(replies[0]);
    for (const [i, trainer] of trainers.entries()) trainer.update(crews[i].gradients, 0.1);
    expect(Buffer.from(trainers[1].trained).equals(Buffer.from(trainers[0].trained))).toBe(true);
  }
  expect(trainers[0].step).toBe(4);
  for (const crew of crews) await crew.stop();
  expect(closed).toBe(1);
}, 120_000);

it("says why there is no GPU in Node and in a browser, and what to do", async ({skip}) => {
  process.env.CHROMIUM_PATH = "/no/browser";
  const opened = await openGpu(data, false).catch((error: unknown) => error);
  if (!(opened instanceof Error)) {
    await (opened as GroupComputer).close();
    return skip("this machine has a GPU");
  }
  expect(opened).toBeInstanceOf(InputError);
  expect(opened.message).toMatch(/^no GPU for --backend webgpu \(in Node: .+; in a browser: /);
  expect(opened.message).toContain("CHROMIUM_PATH is not a browser that runs: /no/browser");
  expect(opened.message).toContain("train with --backend wasm, or add --software-gpu");
});
