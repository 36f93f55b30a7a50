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

/**
 * The label of pixels that have no class of CamVid's: ignored by the loss and by every metric. For
 * n classes it is n, always one more than the last label.
 */
export const VOID = 11;

/** A label and void must fit in a byte. */
const MOST_CLASSES = 255;

/**
 * Returns the classes that weights were trained on, in label order, by the *metadata* of their
 * safetensors file: its `classes`, a JSON array of names. Without it, those of CamVid. The label
 * of void is their number.
 *
 * Throws an Error if `classes` is not the JSON of names that {@link namedClasses} takes.
 */
export function classesOf(
  metadata: Readonly<Record<string, string>>
): readonly SegmentationClass[] {
  if (metadata.classes === undefined) return classes;
  let names: unknown;
  try {
    names = JSON.parse(metadata.classes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the weights' metadata "classes" is not JSON: ${reason}`, {cause: error});
  }
  return namedClasses(names);
}

/**
 * Returns the classes of *names*, in that order: CamVid's keep their color, and each other gets one
 * that follows from its place, told apart from its neighbors by hue and lightness.
 *
 * Throws an Error unless *names* is an array of 2 to 255 different strings that are not blank.
 */
export function namedClasses(names: unknown): readonly SegmentationClass[] {
  if (!Array.isArray(names)) throw new Error("invalid classes: an array of names is needed");
  if (names.length < 2 || names.length > MOST_CLASSES)
    throw new Error(`invalid number of classes: ${names.length}; 2 to ${MOST_CLASSES} are legal`);
  const seen = new Set<string>();
  return names.map((name: unknown, label) => {
    if (typeof name !== "string" || name.trim() === "")
      throw new Error(`invalid name of class ${label}: ${JSON.stringify(name)}; a text is needed`);
    if (seen.has(name)) throw new Error(`two classes have the name "${name}"`);
    seen.add(name);
    const color = classes.find((known) => known.name === name)?.color ?? generatedColor(label);
    return {name, color};
  });
}

/** Whether *names* are those of CamVid, in its order. */
export function isCamVid(names: readonly {readonly name: string}[]): boolean {
  return (
    names.length === classes.length && names.every(({name}, label) => name === classes[label].name)
  );
}

/** Returns the color of a *label*: hues a golden angle apart, in three lightnesses by turns. */
function generatedColor(label: number): string {
  const hue = (label * 137.508) % 360;
  const lightness = [0.55, 0.75, 0.38][label % 3];
  const chroma = 0.6 * Math.min(lightness, 1 - lightness);
  const channel = (n: number) => {
    const k = (n + hue / 30) % 12;
    const value = lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
