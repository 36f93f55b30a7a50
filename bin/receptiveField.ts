import {backbones, deeplabV3Plus} from "../src/model/deeplab.ts";
import type {ReceptiveField} from "../src/model/receptiveField.ts";
import {receptiveFields} from "../src/model/receptiveField.ts";
import {closeNames} from "./closeNames.ts";
import {InputError} from "./inputError.ts";
import {backboneOption, outputStrideOption, widthMultiplierOption} from "./networkOptions.ts";
import {parseOptions} from "./options.ts";
import {table} from "./table.ts";

const help = `deeplab receptive-field [options]

Tells which pixels the units of a layer can depend on at all: unit o reads those from
o × stride − padding on, as many as the size, along either side. Of branches that join it
is the union. Past a resize, whose units do not all read alike, it holds each one's and is
marked approximate. Past a global pooling every unit reads the whole picture, and the part
that the other branches read is given as finite.

Pictures are taken to be 32k + 1 pixels a side, as DeepLab's are. Rates of the atrous
branches are 6, 12 and 18 at output stride 16. The width of the backbone changes what a
layer costs, and nothing here.

Options:
  --layer NAME             one layer, by the name that its weights have (default: all)
  --backbone NAME          ${backbones.join(", ")} (default: ${backbones[0]})
  --width-multiplier X     scales the backbone's channels (default: 1)
  --output-stride 8|16|32  how finely the encoder samples (default: 16)
  --json                   print one JSON object; an infinite number is null
  --help                   print this`;

/** Runs `deeplab receptive-field`. Throws an InputError for whatever the user can put right. */
export function receptiveFieldCommand(args: string[]): void {
  const {values, positionals} = parseOptions("receptive-field", args, {
    layer: {type: "string"},
    backbone: {type: "string"},
    "width-multiplier": {type: "string"},
    "output-stride": {type: "string"},
    json: {type: "boolean", default: false},
    help: {type: "boolean", default: false}
  });
  if (values.help) return console.log(help);
  if (positionals.length > 0)
    throw new InputError(`unexpected argument: ${positionals[0]}; see receptive-field --help`);
  const network = deeplabV3Plus({
    backbone: backboneOption(values.backbone),
    widthMultiplier: widthMultiplierOption(values["width-multiplier"]),
    outputStride: outputStrideOption(values["output-stride"])
  });
  const fields = receptiveFields(network);
  const {layer} = values;
  if (layer === undefined) {
    const layers = [...fields].map(([name, field]) => ({name, ...field}));
    console.log(values.json ? JSON.stringify({layers}) : report([...fields]));
    return;
  }
  const field = fields.get(layer);
  if (!field) {
    const close = closeNames(layer, [...fields.keys()]);
    throw new InputError(
      `no layer named ${layer || "nothing"}; close to it are ${close.join(", ")}, ` +
        `and receptive-field without --layer lists all`
    );
  }
  console.log(values.json ? JSON.stringify(field) : report([[layer, field]]));
}

function report(fields: readonly (readonly [name: string, field: ReceptiveField])[]): string {
  const finite = fields.some(([, field]) => field.finite);
  const head = ["layer", "size", "stride", "padding", ...(finite ? ["finite part"] : [])];
  const rows = fields.map(([name, field]) => {
    const mark = field.approximate ? "≈ " : "";
    const infinite = field.size === Infinity;
    const part = field.finite ? `${mark}${field.finite.size}, ${field.finite.padding}` : "";
    return [
      name,
      infinite ? "∞" : `${mark}${field.size}`,
      field.stride === Infinity ? "–" : String(field.stride),
      infinite ? "∞" : String(field.padding),
      ...(finite ? [part] : [])
    ];
  });
  const notes = [
    ...(finite ? ["finite part: size and padding without image pooling"] : []),
    ...(fields.some(([, field]) => field.approximate)
      ? ["≈ units do not all read alike; this holds what each of them reads"]
      : [])
  ];
  return [table([head, ...rows]), ...(notes.length > 0 ? ["", ...notes] : [])].join("\n");
}
