import {spawnSync} from "node:child_process";
import {fileURLToPath} from "node:url";
import {describe, expect, it, vi} from "vitest";
import {runCommand} from "../../bin/commands.ts";
import {InputError} from "../../bin/inputError.ts";
import {cost, type NetworkCost} from "../../src/model/cost.ts";
import {backbones, deeplabV3Plus, type DeepLabOptions} from "../../src/model/deeplab.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the command line in a process of its own. */
function deeplab(...args: string[]) {
  const command = ["--import", "tsx", "bin/deeplab.ts", "cost", ...args];
  return spawnSync(process.execPath, command, {cwd: root, encoding: "utf8"});
}

/** Runs the command in this process, which is quicker, and returns what it prints. */
async function printed(...args: string[]): Promise<string> {
  const lines: unknown[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => lines.push(line));
  try {
    await runCommand(["cost", ...args]);
  } finally {
    log.mockRestore();
  }
  return lines.join("\n");
}

const json = async (...args: string[]) =>
  JSON.parse(await printed("--json", ...args)) as NetworkCost;

describe("cost", () => {
  it("prints one JSON object and nothing else", () => {
    const {status, stdout, stderr} = deeplab("--json", "--no-aspp", "--no-decoder");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const {parameters, multiplyAdds, layers} = JSON.parse(stdout) as NetworkCost;
    expect([parameters, multiplyAdds]).toEqual([2_113_557, 2_740_709_056]);
    expect(layers.find(({name}) => name === "aspp0")).toEqual({
      name: "aspp0",
      type: "conv",
      shape: [33, 33, 256],
      parameters: 320 * 256 + 2 * 256,
      multiplyAdds: 33 * 33 * 320 * 256,
      activationBytes: 33 * 33 * 256 * 4
    });
  });

  it.each([
    [[], {}, [513, 513], false],
    [["--backbone", "resnet101", "--space-to-batch"], {backbone: "resnet101"}, [513, 513], true],
    [
      ["--backbone", "xception65", "--no-separable", "--output-stride", "8", "--space-to-batch"],
      {backbone: "xception65", separableAspp: false, separableDecoder: false, outputStride: 8},
      ...[[513, 513], true]
    ],
    [
      ["--width-multiplier", "0.5", "--size", "257x193", "--classes", "11"],
      {widthMultiplier: 0.5, classes: 11},
      ...[[193, 257], false]
    ],
    [["--size", "65", "--no-decoder"], {decoder: false}, [65, 65], false],
    [["--size", "65×33", "--no-aspp"], {atrousBranches: false}, [33, 65], false]
  ] as [string[], DeepLabOptions, [number, number], boolean][])(
    "%j is the cost of %j for %j",
    async (args, options, size, spaceToBatch) => {
      const expected = cost(deeplabV3Plus(options), size, {spaceToBatch});
      expect(await json(...args)).toEqual(expected);
    }
  );

  it("drops the atrous branches alone", async () => {
    const names = (await json("--no-aspp")).layers.map(({name}) => name);
    expect(names.filter((name) => /^aspp\d|^image_pooling$/.test(name))).toEqual([
      "image_pooling",
      "aspp0"
    ]);
    expect(names).toContain("decoder/decoder_conv1_pointwise");
  });

  it("prints a table of the layers that hold weights, and totals", async () => {
    const rows = (await printed("--no-decoder", "--no-aspp")).split("\n");
    expect(rows[0]).toMatch(/^layer +output +parameters +multiply-adds +share$/);
    expect(rows[1]).toMatch(/^MobilenetV2\/Conv +257×257×32 +928 +57,066,336 +2\.1 %$/);
    expect(rows.at(-4)).toMatch(/^total +2,113,557 +2,740,709,056 +100\.0 %$/);
    expect(rows.at(-2)).toBe("2.11 M parameters; 2.74B multiply-adds");
    expect(rows.at(-1)).toMatch(/^15 layers without weights are not listed; the outputs of all 70/);
    expect(rows.some((row) => row.startsWith("MobilenetV2/expanded_conv_2/add"))).toBe(false);
  });

  it("says which grid was counted on", async () => {
    const rows = (await printed("--no-separable", "--space-to-batch")).split("\n");
    expect(rows[0]).toMatch(/^layer +output +counted on +parameters/);
    expect(rows.find((row) => row.startsWith("aspp3"))).toMatch(/33×33×256 +36×36 +737,792 /);
    expect(rows.find((row) => row.startsWith("aspp0"))).toMatch(/33×33×256 {2,}82,432 /);
  });

  it("explains itself", async () => {
    expect(await printed("--help")).toContain(`--backbone NAME          ${backbones.join(", ")}`);
  });

  it("exits with 2 for bad input", () => {
    const {status, stdout, stderr} = deeplab("--json", "--size", "512");
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(
      "deeplab: invalid size: 512; N or WIDTHxHEIGHT, each 33 to 8193 and 32k + 1, is legal " +
        "(such as 513 or 257x193)\n"
    );
  });

  it.each([
    [["--size", "513x512"], "invalid size: 513x512"],
    [["--size", "33x33x33"], "invalid size: 33x33x33"],
    [["--size", "1"], "invalid size: 1;"],
    [["--size", "-31"], "invalid size: -31;"],
    [["--size", "513x"], "invalid size: 513x;"],
    [["--size", ""], "invalid size: nothing"],
    [["--size", "NaN"], "invalid size: NaN"],
    [["--size", "8225"], "invalid size: 8225"],
    [["--classes", "0"], "invalid number of classes: 0; a whole number from 1 to 1000"],
    [["--classes", "2.5"], "invalid number of classes: 2.5"],
    [["--output-stride", "4"], "invalid output stride: 4; 8, 16, 32 are legal"],
    [["--backbone", "vgg"], "invalid backbone: vgg; mobilenetv2, xception65, resnet101 are legal"],
    [["--width-multiplier", "0"], "invalid width multiplier: 0;"],
    [["--no-batch"], "unknown option --no-batch; cost has --backbone,"],
    [["xception65"], "unexpected argument: xception65; see cost --help"]
  ])("names bad input: %j", async (args, message) => {
    await expect(printed(...args)).rejects.toThrow(InputError);
    await expect(printed(...args)).rejects.toThrow(message);
  });
});
