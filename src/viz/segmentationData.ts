import type {LegendClass} from "./legend.ts";
import type {PictureSource} from "./pictureCopy.ts";
import type {Agreement} from "./segmentationWords.ts";

/** What the reader selected: a pixel of the label map, and a class that is isolated. */
export interface SegmentationSelection {
  /** The pixel pointed at or pinned; both null if none. */
  x: number | null;
  y: number | null;
  /** Whether the pixel stays when the pointer leaves. */
  pinned: boolean;
  /** The class that the legend isolates, or null. */
  label: number | null;
}

/** What there is to show. */
export interface SegmentationData {
  /** The picture, of any size; it is copied. */
  picture: PictureSource;
  /** The predicted classes, one a pixel; without them the picture is shown alone. */
  labels?: Uint8Array | null;
  /** The label map's size. Default: the one last given. */
  width?: number;
  height?: number;
  /** The true classes, where known; values that are no class are void. */
  truth?: Uint8Array | null;
  agreement?: Agreement | null;
  /** The probability of each class at a pixel of the label map. */
  probabilitiesAt?: (x: number, y: number) => ArrayLike<number>;
  /** The labels at another size, for files of the picture's own. Default: nearest pixel. */
  labelsAt?: (width: number, height: number) => Uint8Array | Promise<Uint8Array>;
  /** How long the network took. */
  milliseconds?: number;
  /** A sentence to add to the caption. */
  message?: string;
}

export interface SegmentationOptions {
  /** In label order; colors are "#rrggbb". */
  classes: readonly LegendClass[];
  /** The label map's size. Default 257 × 193. */
  width?: number;
  height?: number;
  /** How much of the overlay covers the picture, in [0, 1]. Default 0.6. */
  opacity?: number;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}
