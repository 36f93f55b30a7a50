import type {BackboneName} from "../src/model/deeplab.ts";
import {backbones, MAX_RATE, outputStrides, shippedOptions} from "../src/model/deeplab.ts";
import type {SegmentOptions} from "../src/model/segment.ts";
import {InputError} from "./inputError.ts";
import {choiceOption, integerOption} from "./options.ts";

/** Returns the output stride in `--output-stride`, 16 if there is none. */
export function outputStrideOption(text = "16"): 8 | 16 | 32 {
  return choiceOption("output stride", text, outputStrides);
}

/** Returns the backbone in `--backbone`, MobileNetV2 if there is none. */
export function backboneOption(text: string = backbones[0]): BackboneName {
  return choiceOption("backbone", text, backbones);
}

/** Returns the number in `--width-multiplier`, 1 if there is none. */
export function widthMultiplierOption(text = "1"): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!(value > 0 && value <= 4))
    throw new InputError(
      `invalid width multiplier: ${text || "nothing"}; a number above 0, up to 4, is legal`
    );
  return value;
}

/**
 * Returns the rates in `--rates`, exactly as the network is to use them; undefined if there are
 * none. Throws an InputError that names a rate that is not legal, or a wrong number of them.
 */
export function ratesOption(text: string | undefined): SegmentOptions["rates"] {
  if (text === undefined) return undefined;
  const rates = text.split(",").map((rate) => integerOption("rate", rate.trim(), 1, MAX_RATE));
  const count = shippedOptions.atrousRates.length;
  if (rates.length !== count) {
    throw new InputError(`invalid rates: ${text}; ${count} are needed, such as 3,6,9`);
  }
  return rates;
}
