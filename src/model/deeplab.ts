import {aspp} from "./aspp.ts";
import type {Backbone, BackboneOptions} from "./backbones/backbone.ts";
import {mobilenetV2} from "./backbones/mobilenetV2.ts";
import {resnet101, type ResNetOptions} from "./backbones/resnet.ts";
import {xception65} from "./backbones/xception65.ts";
import {decoder} from "./decoder.ts";
import type {Endpoint, Network} from "./network.ts";
import {NetworkBuilder, positiveInteger} from "./network.ts";

/** How many input pixels one unit of the encoder's output stands for, along each side. */
export type OutputStride = 8 | 16 | 32;

export const outputStrides: readonly OutputStride[] = [8, 16, 32];

const builders = {mobilenetv2: mobilenetV2, xception65, resnet101} as const satisfies Record<
  string,
  (builder: NetworkBuilder, input: string, options: BackboneOptions & ResNetOptions) => Backbone
>;

/** A backbone by its name. */
export type BackboneName = keyof typeof builders;

/** Every backbone that there is, the default first. */
export const backbones = Object.keys(builders) as readonly BackboneName[];

/** The largest atrous rate taken: no picture that this project reads has a wider map. */
export const MAX_RATE = 1024;

export interface DeepLabOptions {
  /** The backbone. Default `mobilenetv2`. */
  backbone?: BackboneName;
  /** Scales the backbone's channels. Default 1. */
  widthMultiplier?: number;
  /** How `resnet101` begins, which alone takes it. Default `beta`. */
  stem?: ResNetOptions["stem"];
  /** What multiplies the rates of `resnet101`'s last three units. Default 1, 2, 4. */
  multiGrid?: ResNetOptions["multiGrid"];
  /** Default 16. */
  outputStride?: OutputStride;
  /** The three rates of ASPP at output stride 16; see {@link ratesUsed}. Default 6, 12, 18. */
  atrousRates?: readonly number[];
  /** Multiplies the rates, as a slider does. Default 1. */
  rateScale?: number;
  /** The rates exactly as used, whatever the output stride; overrides the two above. */
  rates?: readonly number[];
  /** Whether ASPP has its atrous branches. Default true. */
  atrousBranches?: boolean;
  /** Whether ASPP has image pooling. Default true. */
  imagePooling?: boolean;
  /** Whether ASPP's 3×3 convolutions are depthwise separable. Default true. */
  separableAspp?: boolean;
  /** Channels of each ASPP branch and of the projection. Default 256. */
  asppChannels?: number;
  /** Whether the decoder is there. Default true. */
  decoder?: boolean;
  /** Whether the decoder's 3×3 convolutions are depthwise separable. Default true. */
  separableDecoder?: boolean;
  /** Channels of the decoder's 3×3 convolutions. Default 256. */
  decoderChannels?: number;
  /** Channels to which the low-level feature is projected. Default 48. */
  skipChannels?: number;
  /** Default 21, as in PASCAL VOC. */
  classes?: number;
  /** Whether logits are also made of the ASPP output alone. Default false. */
  auxiliaryHead?: boolean;
}

/** The options of the model that ships with this project, in the eleven classes of CamVid. */
export const shippedOptions = {
  backbone: "mobilenetv2",
  widthMultiplier: 0.5,
  atrousRates: [3, 6, 9],
  asppChannels: 96,
  decoderChannels: 96,
  skipChannels: 48,
  classes: 11,
  auxiliaryHead: true
} as const satisfies DeepLabOptions;

/**
 * Returns the rates that ASPP uses: *base* rates are for output stride 16, so that at 8 they
 * double and at 32 they halve, and the kernel spans the same part of the picture; times *scale*;
 * rounded half up; at least 1.
 *
 * Throws a RangeError if a base rate is not a positive integer, if *scale* is not positive, or if
 * a rate exceeds {@link MAX_RATE}.
 */
export function ratesUsed(
  base: readonly number[],
  outputStride: OutputStride = 16,
  scale = 1
): number[] {
  if (!(scale > 0 && Number.isFinite(scale)))
    throw new RangeError(`invalid rate scale: ${scale} (a number above 0)`);
  return base.map((rate) => {
    checkRate(rate);
    return checkRate(
      Math.max(1, Math.floor((rate * 16 * scale) / checkOutputStride(outputStride) + 0.5))
    );
  });
}

/** Returns *rate*; throws a RangeError unless it is a whole number from 1 to {@link MAX_RATE}. */
export function checkRate(rate: number): number {
  if (!(Number.isInteger(rate) && rate >= 1 && rate <= MAX_RATE))
    throw new RangeError(`invalid rate: ${rate} (a whole number from 1 to ${MAX_RATE})`);
  return rate;
}

/** Returns *outputStride*; throws a RangeError unless it is 8, 16 or 32. */
export function checkOutputStride(outputStride: number): OutputStride {
  if (!outputStrides.includes(outputStride as OutputStride))
    throw new RangeError(`invalid output stride: ${outputStride} (8, 16 or 32)`);
  return outputStride as OutputStride;
}

/**
 * Returns DeepLab v3+ (Chen 2018, arXiv 1802.02611) as a network: backbone, atrous spatial pyramid
 * pooling, decoder. Logits are left at the decoder's size (stride 4) or, without decoder, at the
 * output stride; whoever shows them upsamples them.
 *
 * ```js
 * const network = deeplabV3Plus({...shippedOptions, outputStride: 8});
 * network.endpoints.decoder; // "logits/semantic"
 * ```
 *
 * Changing rates or output stride changes no weight: networks that differ in nothing else share
 * theirs. Throws a RangeError that names the option for a value that is not legal.
 */
export function deeplabV3Plus({
  backbone = "mobilenetv2",
  widthMultiplier = 1,
  stem,
  multiGrid,
  outputStride = 16,
  atrousRates = [6, 12, 18],
  rateScale = 1,
  rates = ratesUsed(atrousRates, outputStride, rateScale),
  atrousBranches = true,
  imagePooling = true,
  separableAspp = true,
  asppChannels = 256,
  decoder: hasDecoder = true,
  separableDecoder = true,
  decoderChannels = 256,
  skipChannels = 48,
  classes = 21,
  auxiliaryHead = false
}: DeepLabOptions = {}): Network {
  if (!backbones.includes(backbone))
    throw new RangeError(`invalid backbone: ${String(backbone)} (${backbones.join(", ")})`);
  for (const [option, value] of Object.entries({stem, "multi-grid": multiGrid}))
    if (value !== undefined && backbone !== "resnet101")
      throw new RangeError(`invalid ${option}: ${String(value)} (only resnet101 takes one)`);
  if (!(widthMultiplier > 0 && widthMultiplier <= 4))
    throw new RangeError(`invalid width multiplier: ${widthMultiplier} (above 0, up to 4)`);
  checkOutputStride(outputStride);
  rates.forEach(checkRate);
  positiveInteger("classes", classes);

  const builder = new NetworkBuilder();
  const endpoints: Partial<Record<Endpoint, string>> = {};
  const picture = builder.input();
  const {features, lowLevel} = builders[backbone](builder, picture, {
    ...{widthMultiplier, outputStride},
    ...{stem, multiGrid}
  });
  const encoded = aspp(builder, features, {
    rates: atrousBranches ? rates : [],
    channels: asppChannels,
    separable: separableAspp,
    imagePooling
  });
  Object.assign(endpoints, {features, lowLevel, aspp: encoded});
  if (hasDecoder) {
    const refined = decoder(builder, encoded, lowLevel, {
      skipChannels,
      channels: decoderChannels,
      separable: separableDecoder
    });
    endpoints.decoder = builder.conv("logits/semantic", refined, classes, {bias: true});
    if (auxiliaryHead)
      endpoints.encoder = builder.conv("encoder_logits/semantic", encoded, classes, {bias: true});
  } else {
    endpoints.encoder = builder.conv("logits/semantic", encoded, classes, {bias: true});
  }
  return {layers: builder.layers, endpoints};
}
