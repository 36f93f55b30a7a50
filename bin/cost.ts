import {cost, type NetworkCost} from "../src/model/cost.ts";
import {backbones, deeplabV3Plus} from "../src/model/deeplab.ts";
import {InputError} from "./inputError.ts";
import {backboneOption, outputStrideOption, widthMultiplierOption} from "./networkOptions.ts";
import {integerOption, parseOptions} from "./options.ts";
import {percent, table} from "./table.ts";

const help = `deeplab cost [options]

Tells what DeepLab v3+ costs, layer by layer and in all, as the field's tables count it:
parameters are kernels, biases, and batch normalization's gamma and beta; multiply-adds
are those of convolutions, for one picture.

Options:
  --backbone NAME          ${backbones.join(", ")}
                           (default: ${backbones[0]})
  --width-multiplier X     scales the backbone's channels (default: 1)
  --output-stride 8|16|32  how finely the encoder samples (default: 16)
  --size N|WIDTHxHEIGHT    of the picture, each side 32k + 1 pixels (default: 513)
  --classes N              (default: 21)
  --no-decoder             logits from the encoder
  --no-aspp                without the three atrous branches; image pooling and the 1×1
                           convolution stay
  --no-separable           ordinary 3×3 convolutions in ASPP and decoder
  --space-to-batch         count atrous convolutions as TensorFlow runs them: each side of
                           the map rounded up to a multiple of the rate
  --json                   print one JSON object
  --help                   print this`;

/** Runs `deeplab cost`. Throws an InputError for whatever the user can put right. */
export function costCommand(args: string[]): void {
  const {values, positionals} = parseOptions("cost", args, {
    backbone: {type: "string"},
    "width-multiplier": {type: "string"},
    "output-stride": {type: "string"},
    size: {type: "string", default: "513"},
    classes: {type: "string", default: "21"},
    "no-decoder": {type: "boolean", default: false},
    "no-aspp": {type: "boolean", default: false},
    "no-separable": {type: "boolean", default: false},
    "space-to-batch": {type: "boolean", default: false},
    json: {type: "boolean", default: false},
    help: {type: "boolean", default: false}
  });
  if (values.help) return console.log(help);
  if (positionals.length > 0)
    throw new InputError(`unexpected argument: ${positionals[0]}; see cost --help`);
  const separable = !values["no-separable"];
  const network = deeplabV3Plus({
    backbone: backboneOption(values.backbone),
    widthMultiplier: widthMultiplierOption(values["width-multiplier"]),
    outputStride: outputStrideOption(values["output-stride"]),
    classes: integerOption("number of classes", values.classes, 1, 1000),
    decoder: !values["no-decoder"],
    atrousBranches: !values["no-aspp"],
    separableAspp: separable,
    separableDecoder: separable
  });
  const size = sizeOption(values.size);
  const found = cost(network, size, {spaceToBatch: values["space-to-batch"]});
  console.log(values.json ? JSON.stringify(found) : report(found));
}

/** Returns the height and width in `--size`. */
function sizeOption(text: string): [height: number, width: number] {
  const sides = text.split(/[x×]/);
  const [width, height = width] = sides.map((side) => (/^\d+$/.test(side) ? Number(side) : NaN));
  const isLegal = (side: number) => side % 32 === 1 && side >= 33 && side <= 8193;
  if (!(sides.length <= 2 && isLegal(width) && isLegal(height)))
    throw new InputError(
      `invalid size: ${text || "nothing"}; N or WIDTHxHEIGHT, each 33 to 8193 and 32k + 1, is ` +
        `legal (such as 513 or 257x193)`
    );
  return [height, width];
}

function report({layers, parameters, multiplyAdds, activationBytes}: NetworkCost): string {
  const weighted = layers.filter((layer) => layer.parameters > 0);
  const grouped = (count: number) => count.toLocaleString("en");
  const isPadded = weighted.some(({grid}) => grid);
  const rows = weighted.map((layer) => [
    layer.name,
    layer.shape.join("×"),
    ...(isPadded ? [layer.grid?.join("×") ?? ""] : []),
    grouped(layer.parameters),
    grouped(layer.multiplyAdds),
    percent(layer.multiplyAdds / multiplyAdds)
  ]);
  const head = ["layer", "output", ...(isPadded ? ["counted on"] : [])];
  const blank = head.slice(1).map(() => "");
  return [
    table([
      [...head, "parameters", "multiply-adds", "share"],
      ...rows,
      ["total", ...blank, grouped(parameters), grouped(multiplyAdds), percent(1)]
    ]),
    "",
    `${(parameters / 1e6).toFixed(2)} M parameters; ${(multiplyAdds / 1e9).toFixed(2)}B multiply-adds`,
    `${layers.length - weighted.length} layers without weights are not listed; the outputs of all ` +
      `${layers.length} take ${(activationBytes / 2 ** 20).toFixed(1)} MiB`
  ].join("\n");
}
