import type {BackboneName, DeepLabOptions, OutputStride} from "./deeplab.ts";

/** What a paper says that a network costs, at 513×513 with the 21 classes of PASCAL VOC. */
export interface PublishedCost {
  /** Where it says so. */
  readonly source: string;
  /** The network, for `deeplabV3Plus`. */
  readonly options: DeepLabOptions & {
    readonly backbone: BackboneName;
    readonly outputStride: OutputStride;
  };
  readonly multiplyAdds: number;
  /** The same in billions, with the digits that the paper gives. */
  readonly printed: string;
  /** Kernels, biases, gamma and beta; null where the paper gives none. */
  readonly parameters: number | null;
  /** On PASCAL VOC's validation set, in percent, for one scale and no flip. */
  readonly meanIoU: number;
  /**
   * Whether the count is that of the grid that space-to-batch pads to, of which `cost` tells: so it
   * is wherever ASPP has standard atrous convolutions. Where it is not, the two hardly differ.
   */
  readonly spaceToBatch: boolean;
}

/** The side of the pictures of all published rows, in pixels. */
export const PUBLISHED_SIZE = 513;

const standard = {separableAspp: false, separableDecoder: false} as const;
const plain = {...standard, decoder: false} as const;

const row =
  (source: string, backbone: BackboneName, options: DeepLabOptions = {}) =>
  (
    outputStride: OutputStride,
    meanIoU: number,
    printed: string,
    parameters: number | null = null
  ): PublishedCost => ({
    source,
    options: {...options, backbone, outputStride},
    multiplyAdds: Math.round(Number(printed) * 1e9),
    printed,
    parameters,
    meanIoU,
    spaceToBatch: options.separableAspp === false && options.atrousBranches !== false
  });

const chen = "Chen 2018, arXiv 1802.02611";
const xception = `${chen}, Table 5`;
const resnet = `${chen}, Table 3`;
const sandler = "Sandler 2018, arXiv 1801.04381";

/** The rows of the papers' tables, by backbone, each with the cheapest head first. */
export const publishedCosts: readonly PublishedCost[] = [
  row(xception, "xception65")(16, 79.79, "54.17"),
  row(xception, "xception65")(8, 80.02, "177.10"),
  row(xception, "xception65", plain)(16, 79.17, "68.00"),
  row(xception, "xception65", plain)(8, 79.64, "240.85"),
  row(xception, "xception65", standard)(16, 79.93, "89.76"),
  row(xception, "xception65", standard)(8, 80.22, "262.59"),
  row(resnet, "resnet101", plain)(16, 77.21, "81.02"),
  row(resnet, "resnet101", plain)(8, 78.51, "276.18"),
  row(resnet, "resnet101", standard)(16, 78.85, "101.28"),
  row(resnet, "resnet101", standard)(8, 79.35, "297.92"),
  row(sandler, "mobilenetv2", {...plain, atrousBranches: false})(16, 75.32, "2.75", 2.11e6),
  row(sandler, "mobilenetv2", plain)(16, 75.7, "5.8", 4.52e6)
];
