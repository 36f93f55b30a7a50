import type {LegendClass} from "./legend.ts";
import type {PixelAccount} from "./mixingDeskFiles.ts";
import {deskTable} from "./mixingDeskTables.ts";
import {decoderWords, encoderWords} from "./mixingDeskWords.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {part} from "./view.ts";

export interface DeskAccounts {
  readonly element: HTMLElement;
  /**
   * Shows who makes up the scores of pixel *at*; null while that is not known. *waits*: whether it is
   * of a desk that has been changed since.
   */
  show(account: PixelAccount | null, at: {x: number; y: number} | null, waits: boolean): void;
}

/** Returns the two tables of who makes up the scores of a pixel, and what follows from them. */
export function deskAccounts(classes: readonly LegendClass[]): DeskAccounts {
  const names = classes.map(({name}) => name);
  const element = document.createElement("section");
  element.ariaLabel = "The pinned pixel";
  element.innerHTML = `<p class="viz-desk-pin"></p><div class="viz-desk-accounts"></div>`;
  const encoder = deskTable(classes, {
    title: "Encoder’s head: exact",
    how: "Each branch’s share of the logit, with the projection’s ReLU gates held as they are. Shares and bias sum to it.",
    columns: [
      {short: "bias", name: "the share of the biases"},
      {short: "logit", name: "the encoder’s logit"}
    ],
    numbers: ({other, logit}) => [other, logit]
  });
  const decoder = deskTable(classes, {
    title: "Decoder: by ablation",
    how: "What muting each branch, one at a time, takes from the logit. These need not sum to what muting all takes.",
    columns: [
      {short: "sum", name: "the sum of the five"},
      {short: "all", name: "what muting all at once takes"}
    ],
    numbers: ({sum, other}) => [sum, other]
  });
  part(element, ".viz-desk-accounts").append(encoder.element, decoder.element);
  const pin = part(element, ".viz-desk-pin");
  for (const words of [pin, ...element.querySelectorAll<HTMLElement>(".viz-desk-follows")])
    steadyHeight(words);

  return {
    element,
    show(account, at, waits) {
      encoder.show(account?.encoder ?? null, account ? encoderWords(account.encoder, names) : "");
      decoder.show(account?.decoder ?? null, account ? decoderWords(account.decoder, names) : "");
      element.ariaBusy = String(waits);
      pin.textContent =
        at === null
          ? "Click a pixel, or move to it with the arrow keys and press Enter, to see who makes up its scores."
          : `Who makes up the scores of the pinned pixel, ${at.x} from the left and ${at.y} from the top?`;
    }
  };
}
