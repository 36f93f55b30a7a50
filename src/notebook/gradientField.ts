import {classes} from "../model/classes.ts";
import {deeplabV3Plus, shippedOptions} from "../model/deeplab.ts";
import {clipBox, fieldBox, type Box} from "../model/fieldShare.ts";
import type {WhichWeights} from "../model/gradientFields.ts";
import type {Network} from "../model/network.ts";
import {receptiveFields, type Field, type ReceptiveField} from "../model/receptiveField.ts";
import {shapes} from "../model/shapes.ts";
import {
  gradientField,
  type GradientChoice,
  type GradientLayer,
  type GradientUnit,
  type TheoreticalField,
  type View
} from "../viz/index.ts";
import type {LessonStreet} from "./lessonStreet.ts";
import type {NetworkClient, NetworkStatus} from "./networkClient.ts";

/** Figure 1.7: its value is what the reader looks at. */
export interface GradientFigure extends View<HTMLElement, GradientChoice> {
  /** Shows another street. */
  update(street: LessonStreet): void;
}

/** What figure 1.7 shows first: its box is in view, and the gradient fills little of it. */
export const firstGradient = {layer: "MobilenetV2/expanded_conv_9/add", x: 128, y: 110};

/**
 * Returns the figure of what units of the shipped network look at in *street*. **open** opens the
 * network; it is called once, when the figure first comes near the screen (within **margin**
 * pixels), so that nothing is loaded for a figure that nobody sees. Of several units that wait,
 * only the newest is computed; out of sight, none is.
 */
export function gradientFigure(
  street: LessonStreet,
  open: () => NetworkClient,
  {
    margin = 600,
    choice = firstGradient,
    save
  }: {
    margin?: number;
    choice?: Pick<GradientChoice, "layer" | "x" | "y">;
    save?: (file: Blob, name: string) => void;
  } = {}
): GradientFigure {
  const size = [street.height, street.width] as const;
  const network = deeplabV3Plus(shippedOptions);
  const {decoder, encoder} = network.endpoints;
  const fields = receptiveFields(network, {inputSize: size});
  let client: NetworkClient | null = null;
  let near = false;
  let wanted: GradientUnit | null = null;
  let measured = false; // whether the untrained weights are there

  const figure = gradientField({
    layers: layersOf(network, size),
    classes,
    choice,
    fieldOf: ({layer, ...unit}) => theoreticalField(fields.get(layer)!, unit, size),
    ask(unit) {
      wanted = unit;
      if (near) ask();
    },
    ...(save && {save})
  });
  const {update} = figure;

  function ask(): void {
    if (client === null || wanted === null) return;
    const unit = wanted;
    wanted = null;
    busy(client.status);
    compute(client, unit).catch((error: unknown) => {
      figure.error(advice((error as Error).message));
    });
  }

  /** Shows the gradient with trained weights, and then that of the same unit, and class, without. */
  async function compute(on: NetworkClient, unit: GradientUnit): Promise<void> {
    const of = street;
    const {layer, x, y} = unit;
    const picture = {width: of.width, height: of.height, data: of.pixels};
    const request = (weights: WhichWeights, channel: number | "sum" | "greatest") =>
      on.compute(`gradient, ${weights}`, "gradientField", {
        picture,
        unit: {layer, x, y, channel},
        weights
      });
    const isScore = layer === decoder || layer === encoder;
    const trained = await request("trained", unit.channel ?? (isScore ? "greatest" : "sum"));
    if (trained === null || of !== street) return;
    figure.show("trained", {...trained, unit});
    const untrained = await request("untrained", trained.channel ?? "sum");
    if (untrained === null || of !== street) return;
    measured = true;
    figure.show("untrained", {...untrained, unit});
  }

  function busy(status: NetworkStatus): void {
    if (status.state === "failed") return;
    const note = noteOf(status);
    figure.busy("trained", note);
    figure.busy("untrained", note ?? (measured ? undefined : MEASURING));
  }

  function begin(): void {
    client = open();
    let state = "";
    client.subscribe((status) => {
      if (status.state === "failed") figure.error(advice(status.message));
      else if (status.state !== "ready" || status.state !== state) busy(status);
      ({state} = status);
    });
  }

  new IntersectionObserver(
    ([{isIntersecting}]) => {
      near = isIntersecting;
      if (near && client === null) begin();
      if (near) ask();
    },
    {rootMargin: `${margin}px`}
  ).observe(figure);
  update(street.canvas);

  return Object.assign(figure, {
    update(next: LessonStreet) {
      if (next === street) return;
      street = next;
      update(next.canvas);
    }
  });
}

const MEASURING = "Untrained: first, eight streets are drawn to measure its batch normalization on";

/** Returns what keeps the gradient waiting, or nothing if the network is there. */
function noteOf(status: NetworkStatus): string | undefined {
  if (status.state === "preparing") return "Choosing what computes the network";
  if (status.state !== "loading") return undefined;
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2);
  const of = status.total === null ? "" : ` of ${megabytes(status.total)}`;
  return `The network’s weights: ${megabytes(status.loaded)}${of} MB`;
}

/** An error's message as a sentence, and what to do. */
function advice(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1).replace(/\.$/, "");
  return `${text}. Reload the page to try again.`;
}

/** Returns the field of a unit, and what of it lies in a picture of that size. */
export function theoreticalField(
  field: ReceptiveField,
  {x, y}: {x: number; y: number},
  [height, width]: readonly [height: number, width: number]
): TheoreticalField {
  const inPicture = (rows: Field, columns: Field): Box => {
    const {top, bottom} = fieldBox(rows, {x, y});
    const {left, right} = fieldBox(columns, {x, y});
    return clipBox({left, top, right, bottom}, width, height);
  };
  const {size, finite, columns = field} = field;
  return {
    size,
    box: inPicture(field, columns),
    finite: finite ? {size: finite.size, box: inPicture(finite, columns.finite ?? finite)} : null
  };
}

/** Returns the layers of *network* at which something new has been done, in order. */
function layersOf(network: Network, size: readonly [number, number]): GradientLayer[] {
  const sizes = shapes(network, size);
  const {decoder, encoder} = network.endpoints;
  const rateOf = (name: string) => {
    const layer = network.layers.find((one) => one.name === name);
    return layer && "rate" in layer ? layer.rate : 1;
  };
  const strideOf = (name: string) => Math.round((size[1] - 1) / (sizes.get(name)![1] - 1));
  const block = (number: number, end: "add" | "project") => {
    const scope = `MobilenetV2/expanded_conv_${number}`;
    const rate = rateOf(`${scope}/depthwise`);
    const dilated = rate > 1 ? `, rate ${rate}` : "";
    const name = `${scope}/${end}`;
    return [name, `Block ${number}, stride ${strideOf(name)}${dilated}`] as const;
  };
  const branch = (number: number) =>
    [
      `aspp${number}_pointwise`,
      `ASPP, 3 × 3 of rate ${rateOf(`aspp${number}_depthwise`)}`
    ] as const;
  const groups: Record<string, readonly (readonly [name: string, label: string])[]> = {
    "Backbone, MobileNetV2": [
      ["MobilenetV2/Conv", "First convolution, stride 2"],
      block(2, "add"),
      block(5, "add"),
      block(9, "add"),
      block(12, "add"),
      block(16, "project")
    ],
    "Atrous spatial pyramid pooling (ASPP)": [
      ["aspp0", "ASPP, 1 × 1"],
      branch(1),
      branch(2),
      branch(3),
      ["image_pooling", "ASPP, image pooling"],
      ["concat_projection", "ASPP, projection of all its branches"]
    ],
    Decoder: [
      ["decoder/feature_projection0", "Decoder, detail of stride 4"],
      ["decoder/decoder_conv0_pointwise", "Decoder, first 3 × 3"],
      ["decoder/decoder_conv1_pointwise", "Decoder, second 3 × 3"]
    ],
    "Scores of the classes": [
      ["encoder_logits/semantic", "Encoder’s scores"],
      ["logits/semantic", "Decoder’s scores"]
    ]
  };
  return Object.entries(groups).flatMap(([group, members]) =>
    members.map(([name, label]) => {
      const [height, width] = sizes.get(name)!;
      const scores = name === decoder || name === encoder;
      return {name, label, group, map: [height, width] as const, scores};
    })
  );
}
