import type {PanelField, PixelBox} from "./gradientPanel.ts";
import type {LegendClass} from "./legend.ts";
import type {PictureSource} from "./pictureCopy.ts";
import type {View} from "./view.ts";

/** What the reader has chosen to look at. */
export interface GradientChoice {
  /** The layer's name. */
  layer: string;
  /** Of a layer of class scores the class, or null for the likeliest; of others null, for all. */
  channel: number | null;
  /** The pixel of the picture whose nearest unit is looked at. */
  x: number;
  y: number;
  /** Whether it stays when the pointer leaves. */
  pinned: boolean;
  /** Whether only the pixels that hold 90 % are shown. */
  core: boolean;
}

/** A layer that can be chosen. */
export interface GradientLayer {
  readonly name: string;
  /** What it is, in words. */
  readonly label: string;
  /** The part of the network under which it is listed. */
  readonly group: string;
  /** Height and width of its map. */
  readonly map: readonly [height: number, width: number];
  /** Whether its channels are the classes' scores. */
  readonly scores: boolean;
}

/** A unit's theoretical field. */
export interface TheoreticalField {
  /** Its size in pixels; Infinity past a global pooling. */
  readonly size: number;
  /** The part of it that lies in the picture. */
  readonly box: PixelBox;
  /** The same without global pooling, if that is on the way and not all there is. */
  readonly finite: {readonly size: number; readonly box: PixelBox} | null;
}

/** A unit whose gradient is to be shown. */
export interface GradientUnit {
  readonly layer: string;
  readonly x: number;
  readonly y: number;
  readonly channel: number | null;
}

/** A unit's gradient. */
export interface GradientData extends PanelField {
  readonly unit: GradientUnit;
  /** How many pixels hold 90 % of it. */
  readonly coreCount: number;
  /** The class whose score it is, or null. */
  readonly channel: number | null;
}

export type GradientPanelName = "trained" | "untrained";

export interface GradientFieldOptions {
  layers: readonly GradientLayer[];
  classes: readonly LegendClass[];
  /** The theoretical field of a unit. */
  fieldOf(this: void, unit: {layer: string; x: number; y: number}): TheoreticalField;
  /** Is told the unit to show, whenever it changes: answer with *show*. */
  ask(this: void, unit: GradientUnit): void;
  /** The picture's size in pixels. Default 257 × 193. */
  width?: number;
  height?: number;
  /** What is shown first, to which Reset returns. */
  choice: Pick<GradientChoice, "layer" | "x" | "y">;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

export interface GradientFieldView extends View<HTMLElement, GradientChoice> {
  /** The unit of the choice. */
  readonly unit: GradientUnit;
  /** Shows another picture, and no gradient until the next one. */
  update(picture: PictureSource): void;
  /** Shows a gradient, in one of the two panels. */
  show(panel: GradientPanelName, data: GradientData): void;
  /** Shows that a panel's gradient is on its way, and in words what keeps it, if anything does. */
  busy(panel: GradientPanelName, note?: string): void;
  /** Says in place what went wrong and what to do; null takes it back. */
  error(message: string | null): void;
}

/** Whether two units are one and the same. */
export function isSameUnit(a: GradientUnit, b: GradientUnit): boolean {
  return a.layer === b.layer && a.x === b.x && a.y === b.y && a.channel === b.channel;
}
