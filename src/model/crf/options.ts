/** A fully connected CRF over the pixels of a picture; see {@link denseCrf}. */
export interface DenseCrfOptions {
  /** Pixels across, and down. */
  width: number;
  height: number;
  /** The number of labels, 1 to 255. */
  labels: number;
  /** The picture: RGBA, row-major, width × height × 4. Alpha is not read. */
  image: Uint8ClampedArray;
  /** −log p, label fastest: `unary[pixel * labels + label]`, in nats. */
  unary: Float32Array;
  /**
   * The kernel of place alone: its standard deviation in pixels (θγ), and its weight.
   * Default `{sxy: 3, weight: 3}`.
   */
  smoothness?: {sxy: number; weight: number};
  /**
   * The kernel of place and color: standard deviations in pixels (θα) and in 8-bit levels (θβ), and
   * its weight. Default `{sxy: 60, srgb: 10, weight: 10}`.
   */
  appearance?: {sxy: number; srgb: number; weight: number};
  /**
   * What it costs one pixel to have label *a* where another has *b*, `compatibility[a * labels + b]`,
   * symmetric. Default Potts: 1 for two labels, 0 for one.
   */
  compatibility?: Float32Array;
  /** How the sums over all pixels are computed. Default "lattice". */
  filter?: "lattice" | "exact";
  /** Whether a pixel's own belief is left out of its sums; "exact" only. Default false. */
  subtractSelf?: boolean;
}

/** A CRF whose options have been checked, with the defaults filled in. */
export type CheckedOptions = Required<Omit<DenseCrfOptions, "compatibility">> & {
  readonly compatibility: Float32Array | null;
};

/**
 * The least standard deviation that is computed with, in pixels or levels. Whatever differs at all
 * differs by one at least, where a Gaussian so narrow is 0 in double precision.
 */
const NARROWEST = 0.02;

/**
 * Returns *options* with the defaults filled in. Throws a RangeError or a TypeError that names the
 * option and its value, if a value is not legal.
 */
export function checkOptions({
  width,
  height,
  labels,
  image,
  unary,
  smoothness = {sxy: 3, weight: 3},
  appearance = {sxy: 60, srgb: 10, weight: 10},
  compatibility,
  filter = "lattice",
  subtractSelf = false
}: DenseCrfOptions): CheckedOptions {
  whole("width", width, 1, 65_535);
  whole("height", height, 1, 65_535);
  whole("labels", labels, 1, 255);
  const pixels = width * height;
  const places = `${width}×${height}`;
  if (!(image instanceof Uint8ClampedArray))
    throw new TypeError(`invalid image: ${kindOf(image)} (a Uint8ClampedArray of RGBA)`);
  if (image.length !== pixels * 4)
    throw new RangeError(`invalid image: ${image.length} values (${pixels * 4} for ${places})`);
  if (!(unary instanceof Float32Array))
    throw new TypeError(`invalid unary: ${kindOf(unary)} (a Float32Array)`);
  if (unary.length !== pixels * labels)
    throw new RangeError(
      `invalid unary: ${unary.length} values (${pixels * labels} for ${places} and ${labels} labels)`
    );
  finite("unary", unary);
  object("smoothness", smoothness, "{sxy, weight}");
  object("appearance", appearance, "{sxy, srgb, weight}");
  positive("smoothness.sxy", smoothness.sxy);
  positive("appearance.sxy", appearance.sxy);
  positive("appearance.srgb", appearance.srgb);
  weight("smoothness.weight", smoothness.weight);
  weight("appearance.weight", appearance.weight);
  if (compatibility !== undefined) checkCompatibility(compatibility, labels);
  if (filter !== "lattice" && filter !== "exact")
    throw new RangeError(`invalid filter: ${String(filter)} ("lattice" or "exact")`);
  if (typeof subtractSelf !== "boolean")
    throw new TypeError(`invalid subtractSelf: ${String(subtractSelf)} (true or false)`);
  if (subtractSelf && filter !== "exact")
    throw new RangeError(`invalid subtractSelf: true (with the filter "exact" alone)`);
  const wide = (deviation: number) => Math.max(NARROWEST, deviation);
  return {
    ...{width, height, labels, image, unary, filter, subtractSelf},
    smoothness: {sxy: wide(smoothness.sxy), weight: smoothness.weight},
    appearance: {
      sxy: wide(appearance.sxy),
      srgb: wide(appearance.srgb),
      weight: appearance.weight
    },
    compatibility: compatibility ?? null
  };
}

function checkCompatibility(compatibility: Float32Array, labels: number): void {
  if (!(compatibility instanceof Float32Array))
    throw new TypeError(`invalid compatibility: ${kindOf(compatibility)} (a Float32Array)`);
  if (compatibility.length !== labels ** 2)
    throw new RangeError(
      `invalid compatibility: ${compatibility.length} values (${labels ** 2} for ${labels} labels)`
    );
  finite("compatibility", compatibility);
  for (let a = 0; a < labels; a++)
    for (let b = 0; b < a; b++) {
      const [one, other] = [compatibility[a * labels + b], compatibility[b * labels + a]];
      if (one !== other)
        throw new RangeError(
          `invalid compatibility: ${one} for labels ${a} and ${b}, ${other} for ${b} and ${a} (symmetric)`
        );
    }
}

function object(name: string, value: unknown, legal: string): void {
  if (typeof value !== "object" || value === null)
    throw new TypeError(`invalid ${name}: ${String(value)} (${legal})`);
}

function whole(name: string, value: number, min: number, max: number): void {
  if (!(Number.isInteger(value) && value >= min && value <= max))
    throw new RangeError(`invalid ${name}: ${value} (a whole number from ${min} to ${max})`);
}

function positive(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value)))
    throw new RangeError(`invalid ${name}: ${value} (a number above 0)`);
}

function weight(name: string, value: number): void {
  if (!(value >= 0 && Number.isFinite(value)))
    throw new RangeError(`invalid ${name}: ${value} (a number from 0 up)`);
}

function finite(name: string, values: Float32Array): void {
  // Zero times what is not finite is not a number: one sum tells of all, in half the time.
  let zero = 0;
  for (let i = 0; i < values.length; i++) zero += 0 * values[i];
  if (zero === 0) return;
  const at = values.findIndex((value) => !Number.isFinite(value));
  throw new RangeError(`invalid ${name}: ${values[at]} at ${at} (a finite number)`);
}

function kindOf(value: unknown): string {
  return value === null
    ? "null"
    : typeof value === "object"
      ? value.constructor.name
      : typeof value;
}
