import type {KernelTerms} from "../model/separableTerms.ts";
import {count} from "./atrousFormsWords.ts";
import {filterName, type KernelChoice} from "./kernelChoice.ts";
import {scientific} from "./numberWords.ts";
import {percent} from "./percent.ts";
import {responseText} from "./responseMap.ts";

/** Returns "1 term" or "5 terms". */
export function termsText(terms: number): string {
  return `${terms} ${terms === 1 ? "term" : "terms"}`;
}

/** Returns a relative error as it is read out: a share, or, where only rounding is left, 0 %. */
export function errorText({rank, rebuilt}: KernelTerms, terms: number): string {
  return terms >= rank ? "0 %" : percent(rebuilt[terms].error);
}

/** Returns why there are no more terms, or no fewer; "" between the bounds. */
export function boundText({rank}: KernelTerms, terms: number): string {
  if (terms === rank) return `${rank} is their rank: another term would add nothing.`;
  return terms === 0 ? "None: all zeros, for nothing." : "";
}

/** How many weights the standard kernels have, and as many terms. */
function weightsOf({kernels, rebuilt}: KernelTerms, terms: number): [number, number] {
  return [kernels.weights.length, Math.round(rebuilt[terms].cost * kernels.weights.length)];
}

/** Returns the words beside the titles of the panels. */
export function panelNotes(of: KernelTerms, terms: number): Record<"standard" | "sum", string> {
  const [standard, sum] = weightsOf(of, terms);
  const times = of.rebuilt[terms].cost.toFixed(2);
  return {standard: `${count(standard)} weights`, sum: `${count(sum)} weights, ${times} times`};
}

/** Returns what so many *terms* give, cost and leave out, in sentences with their numbers. */
export function termsSentences(of: KernelTerms, terms: number): string {
  const {rank, rebuilt} = of;
  const [standard, sum] = weightsOf(of, terms);
  const {cost, error} = rebuilt[terms];
  const paid = `${cost.toFixed(2)} times the standard cost (${count(sum)} weights for ${count(standard)})`;
  const exact = `exact but for rounding (${scientific(rebuilt[rank].error)})`;
  const verb = terms === 1 ? "is" : "are";
  if (terms === rank) return `${termsText(terms)} ${verb} ${exact}, at ${paid}.`;
  const lead =
    terms === 0
      ? "No term leaves everything out, at no cost."
      : `${termsText(terms)}${terms === 1 ? ", a depthwise and a pointwise convolution, leaves" : " leave"} ` +
        `an error of ${percent(error)} at ${paid}.`;
  return `${lead} ${termsText(rank)} are ${exact}, at ${rebuilt[rank].cost.toFixed(2)} times the cost.`;
}

/** Returns why the kernels need as many terms, and from where on terms are dearer. */
export function rankSentences(of: KernelTerms, {kernel}: KernelChoice): string {
  const {kernels, rank, most, breakEven} = of;
  const {size, channels, filters} = kernels;
  const taps = size ** 2;
  const slice =
    channels === 1
      ? `The ${filters} filters are a matrix of ${filters} × ${taps} weights`
      : `For each of ${channels} input channels, the ${filters} filters are a matrix of ${filters} × ${taps} weights`;
  const why =
    kernel === "short"
      ? `of rank ${rank}: however many directions, each filter is a mixture of the horizontal and the vertical one`
      : rank === most
        ? `of rank ${rank}, the largest it can have`
        : `of rank ${rank}, not ${most}` +
          (kernel === "long"
            ? `: an edge turned by 180° is its own negative, so ${rank} weights settle all ${taps}`
            : "");
  const last = Math.ceil(breakEven) - 1;
  return (
    `${slice}, ${why}. Terms break even at k²N/(k² + N) = ${taps} · ${filters}/${taps + filters} ` +
    `= ${breakEven.toFixed(2)}: up to ${last} are cheaper, and kernels in general need ` +
    `min(N, k²) = ${most}.`
  );
}

/** Returns how near one filter comes, and what that does to its output. */
export function filterSentence(
  of: KernelTerms,
  {choice, terms, filter}: {choice: KernelChoice; terms: number; filter: number},
  output: {largest: number; difference: number} | null
): string {
  const name = filterName(choice, filter);
  const missing =
    terms >= of.rank
      ? "nothing missing"
      : `${percent(of.rebuilt[terms].filterErrors[filter])} missing`;
  const outputs = output
    ? ` Its outputs reach ±${responseText(output.largest)} and differ by at most ` +
      `${scientific(output.difference)}.`
    : "";
  return `Filter ${filter + 1} (${name}): ${missing}.${outputs}`;
}

/** Returns the plot's curves as a table, a line for each number of terms up to the rank. */
export function curvesCsv({rebuilt}: KernelTerms): string {
  const rows = rebuilt.map(({error, cost}, terms) => `${terms},${error},${cost}\n`);
  return `terms,relative error,relative cost\n${rows.join("")}`;
}
