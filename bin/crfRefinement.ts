import {denseCrf, type DenseCrfOptions} from "../src/model/crf/index.ts";
import {networkProblem} from "../src/model/crf/networkProblem.ts";
import type {Logits} from "../src/model/logits.ts";
import type {Picture} from "../src/model/picture.ts";
import {InputError} from "./inputError.ts";
import {integerOption} from "./options.ts";

/** A CRF over what a network says of a picture: its kernels, and how long it is run. */
export interface CrfRefinement extends Required<
  Pick<DenseCrfOptions, "smoothness" | "appearance">
> {
  readonly iterations: number;
}

/** The options of a command that set a CRF. */
export const crfOptions = {
  iterations: {type: "string"},
  smoothness: {type: "string"},
  appearance: {type: "string"}
} as const;

/** What the help says of them. */
export const crfHelp = `  --iterations N           of the CRF, 0 to 1000 (default: 10)
  --smoothness SXY,WEIGHT  its kernel of place: standard deviation in pixels, weight
                           (default: 3,3)
  --appearance SXY,SRGB,WEIGHT
                           its kernel of place and color: deviations in pixels and in
                           8-bit levels, weight (default: 60,10,10)`;

type Values = Partial<Record<keyof typeof crfOptions, string>>;

/** Returns the CRF that options ask for. Throws an InputError that names what is not legal. */
export function crfRefinement({
  iterations = "10",
  smoothness = "3,3",
  appearance = "60,10,10"
}: Values): CrfRefinement {
  const [smooth, alike] = [
    numbers("smoothness", smoothness, ["SXY", "WEIGHT"]),
    numbers("appearance", appearance, ["SXY", "SRGB", "WEIGHT"])
  ];
  return {
    iterations: integerOption("number of iterations", iterations, 0, 1000),
    smoothness: {sxy: smooth[0], weight: smooth[1]},
    appearance: {sxy: alike[0], srgb: alike[1], weight: alike[2]}
  };
}

/** Returns the CRF that `--crf` and its options ask for; null without. Throws as the one above. */
export function crfOption({crf, ...values}: Values & {crf: boolean}): CrfRefinement | null {
  if (crf) return crfRefinement(values);
  const lone = (Object.keys(crfOptions) as (keyof Values)[]).find((name) => values[name]);
  if (lone !== undefined) throw new InputError(`--${lone} is the CRF's: add --crf`);
  return null;
}

/** Returns the label of each pixel of *picture*, of *logits* refined by a CRF. */
export async function refinedLabels(
  picture: Picture,
  logits: Logits,
  {iterations, smoothness, appearance}: CrfRefinement
): Promise<Uint8Array> {
  const crf = await denseCrf(networkProblem(picture, logits, {smoothness, appearance}));
  for (let i = 0; i < iterations; i++) crf.step();
  return crf.labelMap();
}

/** Returns the numbers of an option: deviations above 0, and a weight from 0 up. */
function numbers(what: string, text: string, names: readonly string[]): number[] {
  const values = text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  const isLegal = (value: number, i: number) =>
    Number.isFinite(value) && (names[i] === "WEIGHT" ? value >= 0 : value > 0);
  if (values.length !== names.length || !values.every(isLegal))
    throw new InputError(
      `invalid ${what}: ${text || "nothing"}; ${names.join(",")} is legal: deviations above 0, ` +
        `a weight from 0 up`
    );
  return values;
}
