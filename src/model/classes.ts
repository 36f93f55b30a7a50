/** A class of the shipped model: its name, and its color in every picture, figure and mask. */
export interface SegmentationClass {
  readonly name: string;
  /** Six hexadecimal digits after a `#`. */
  readonly color: string;
}

/**
 * The eleven classes of CamVid (Brostow 2008) in label order, with one palette for the whole
 * project. Neighbors in a street differ in lightness as well as hue, so that they stay apart for
 * readers with color-blindness.
 */
export const classes: readonly SegmentationClass[] = [
  {name: "sky", color: "#9ecae9"},
  {name: "building", color: "#8c564b"},
  {name: "pole", color: "#e8e2c8"},
  {name: "road", color: "#6b6b83"},
  {name: "pavement", color: "#e6a8d7"},
  {name: "tree", color: "#3c8d40"},
  {name: "sign", color: "#f2d024"},
  {name: "fence", color: "#b07a2a"},
  {name: "car", color: "#2f5fd0"},
  {name: "pedestrian", color: "#d62728"},
  {name: "bicyclist", color: "#17becf"}
];

/** The label of pixels that have no class: ignored by the loss and by every metric. */
export const VOID = 11;
