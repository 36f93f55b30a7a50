import {spawnSync} from "node:child_process";
import {fileURLToPath} from "node:url";
import {describe, expect, it, vi} from "vitest";
import {closeNames} from "../../bin/closeNames.ts";
import {runCommand} from "../../bin/commands.ts";
import {InputError} from "../../bin/inputError.ts";
import {deeplabV3Plus} from "../../src/model/deeplab.ts";
import {receptiveFields} from "../../src/model/receptiveField.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the command line in a process of its own. */
function deeplab(...args: string[]) {
  const command = ["--import", "tsx", "bin/deeplab.ts", "receptive-field", ...args];
  return spawnSync(process.execPath, command, {cwd: root, encoding: "utf8"});
}

/** Runs the command in this process, which is quicker, and returns what it prints. */
async function printed(...args: string[]): Promise<string> {
  const lines: unknown[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => lines.push(line));
  try {
    await runCommand(["receptive-field", ...args]);
  } finally {
    log.mockRestore();
  }
  return lines.join("\n");
}

async function json(...args: string[]): Promise<unknown> {
  return JSON.parse(await printed("--json", ...args));
}

describe("receptive-field", () => {
  it("prints one layer as one JSON object and nothing else", () => {
    const {status, stdout, stderr} = deeplab("--json", "--layer", "aspp1_depthwise");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({size: 683, stride: 16, padding: 341});
  });

  it("exits with 2, and names what is close, where there is no such layer", () => {
    const {status, stdout, stderr} = deeplab("--json", "--layer", "logit/semantic");
    expect(stdout).toBe("");
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^deeplab: no layer named logit\/semantic; close to it are logits\/sema/
    );
  });

  it("trades stride for rate, and width for nothing", async () => {
    const layer = ["--layer", "MobilenetV2/expanded_conv_16/project"];
    for (const stride of [8, 16, 32])
      expect(await json(...layer, "--output-stride", `${stride}`)).toEqual({
        size: 491,
        stride,
        padding: 245
      });
    const options = ["--backbone", "mobilenetv2", "--width-multiplier", "0.35"];
    expect(await json(...layer, ...options)).toEqual({size: 491, stride: 16, padding: 245});
  });

  it.each([
    ["xception65", "xception_65/exit_flow/block2/unit_1/xception_module/separable_conv3_pointwise"],
    ["resnet101", "resnet_v1_101/block4/unit_3/bottleneck_v1"]
  ])("knows %s too", async (backbone, layer) => {
    const field = async (stride: number) =>
      json("--backbone", backbone, "--layer", layer, "--output-stride", `${stride}`);
    const {features} = deeplabV3Plus({backbone: backbone as "resnet101"}).endpoints;
    expect(features).toBe(layer);
    const {size, padding} = (await field(32)) as {size: number; padding: number};
    expect(size).toBe(2 * padding + 1);
    for (const stride of [8, 16]) expect(await field(stride)).toEqual({size, stride, padding});
  });

  it("writes what is infinite as null, with the finite part", async () => {
    const finite = {size: 1107, stride: 4, padding: 553};
    expect(await json("--layer", "logits/semantic")).toEqual({
      size: null,
      stride: 4,
      padding: null,
      finite,
      approximate: true
    });
    expect(await json("--layer", "image_pooling")).toEqual({
      size: null,
      stride: null,
      padding: null
    });
  });

  it("lists every layer, as JSON and as a table", async () => {
    const {layers} = (await json()) as {layers: {name: string; size: number | null}[]};
    const network = deeplabV3Plus();
    expect(layers.map(({name}) => name)).toEqual(network.layers.map(({name}) => name));
    const fields = receptiveFields(network);
    for (const {name, size} of layers) expect(size ?? Infinity).toBe(fields.get(name)!.size);
    const rows = (await printed()).split("\n");
    expect(rows[0]).toMatch(/^layer +size +stride +padding +finite part$/);
    expect(rows[2]).toMatch(/^MobilenetV2\/Conv +3 +2 +1 *$/);
    expect(rows[network.layers.length]).toMatch(/^logits\/semantic +∞ +4 +∞ +≈ 1107, 553$/);
    expect(await printed("--layer", "aspp0")).toBe(
      "layer  size  stride  padding\naspp0   491      16      245"
    );
  });

  it("explains itself", async () => {
    expect(await printed("--help")).toContain("--layer NAME");
    expect(deeplab("--help").stdout).toMatch(/^deeplab receptive-field \[options\]/);
  });

  it.each([
    [["--layer", ""], "no layer named nothing"],
    [["--layer", "expanded_conv_3"], "close to it are MobilenetV2/expanded_conv_3/expand, "],
    [["--output-stride", "4"], "invalid output stride: 4; 8, 16, 32 are legal"],
    [["--backbone", "vgg"], "invalid backbone: vgg; mobilenetv2, xception65, resnet101 are"],
    [["--width-multiplier", "0"], "invalid width multiplier: 0; a number above 0, up to 4"],
    [["--width-multiplier", "wide"], "invalid width multiplier: wide"],
    [["--width-multiplier", ""], "invalid width multiplier: nothing"],
    [["--width-multiplier", "NaN"], "invalid width multiplier: NaN"],
    [["--width-multiplier", "1e400"], "invalid width multiplier: 1e400"],
    [["--rates", "1"], "unknown option --rates; receptive-field has --layer, --backbone,"],
    [["aspp0"], "unexpected argument: aspp0"]
  ])("names bad input: %j", async (args, message) => {
    await expect(printed(...args)).rejects.toThrow(InputError);
    await expect(printed(...args)).rejects.toThrow(message);
  });
});

describe("closeNames", () => {
  const names = ["aspp0", "aspp1_depthwise", "decoder/concat", "aspp/concat", "ASPP9"];
  it("puts names that contain the text first, then those a few letters away", () => {
    expect(closeNames("concat", names, 2)).toEqual(["aspp/concat", "decoder/concat"]);
    expect(closeNames("apps0", names, 1)).toEqual(["aspp0"]);
    expect(closeNames("Aspp8", names, 2)).toEqual(["aspp0", "ASPP9"]);
    expect(closeNames("", names)).toHaveLength(3);
    expect(closeNames("x", [])).toEqual([]);
  });
});
