import {ratesUsed, shippedOptions, type OutputStride} from "../model/deeplab.ts";
import {asView, emitInput, percent, rateSteering, type View} from "../viz/index.ts";
import type {NetworkClient} from "./networkClient.ts";
import type {Prediction} from "./predict.ts";
import {predictionView, type PredictionView, type Subject} from "./predictionView.ts";

/** How the reader has set the network. */
export interface RateSetting {
  scale: number;
  stride: OutputStride;
}

/** Figure 0.2: its value is the setting. */
export interface RatesFigure extends View<HTMLElement, RateSetting> {
  readonly prediction: PredictionView;
  /** Shows *subject*; **baseline** is the figure that shows it at the rates trained with. */
  update(subject: Subject, baseline: PredictionView): void;
}

/** The shipped model's own setting, with which it was trained. */
export const trainedSetting: Readonly<RateSetting> = {scale: 1, stride: 16};

/**
 * Returns the figure that turns the network's atrous rates and output stride, with the same
 * weights, beside what *network* then sees. A change by the reader emits *input*.
 */
export function ratesFigure(
  network: NetworkClient,
  {scale, stride, opacity}: RateSetting & {opacity: number}
): RatesFigure {
  const root = document.createElement("div");
  root.className = "figure-pair";
  const steering = rateSteering({
    rates: shippedOptions.atrousRates,
    ratesUsed: (rates, outputStride, by) => ratesUsed(rates, outputStride as OutputStride, by),
    mapSize: (outputStride) => [1 + 192 / outputStride, 1 + 256 / outputStride]
  });
  steering.value = {scale, outputStride: stride};
  let subject: Subject | null = null;
  let baseline: PredictionView | null = null;
  let frame = 0;
  const prediction = predictionView(network, "rates", {
    opacity,
    message: (seen, of) =>
      verdict(seen, baseline?.latest?.subject === of ? baseline.latest.prediction : null)
  });
  root.append(steering, prediction.element);

  function setting(): RateSetting {
    const {scale, outputStride} = steering.value;
    return {scale, stride: outputStride as OutputStride};
  }

  function predict(): void {
    if (subject === null) return;
    const {scale, stride} = setting();
    prediction.show(subject, {rateScale: scale, outputStride: stride});
  }

  steering.addEventListener("input", (event) => {
    event.stopPropagation();
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      predict();
      emitInput(root);
    });
  });
  prediction.element.addEventListener("input", (event) => {
    event.stopPropagation(); // a selection is not a change of the rates
  });

  const view = asView<HTMLElement, RateSetting>(root, {
    get: setting,
    set({scale, stride}) {
      steering.value = {scale, outputStride: stride};
      predict();
    }
  });
  return Object.assign(view, {
    prediction,
    update(next: Subject, beside: PredictionView) {
      const first = subject === null;
      subject = next;
      baseline = beside;
      if (first) steering.update({picture: next.canvas});
      predict();
    }
  });
}

/**
 * Returns what the setting does to the prediction, in a sentence or two with numbers: how many
 * pixels change class against *baseline*, the prediction at the rates trained with, and what that
 * does to the agreement with the truth where there is one.
 */
export function verdict(
  {segmentation, labels, agreement}: Prediction,
  baseline: Prediction | null
): string {
  const {rates, outputStride} = segmentation;
  const used = `Rates ${rates.join(", ")} at output stride ${outputStride}`;
  if (baseline?.labels.length !== labels.length) return `${used}.`;
  const before = baseline.segmentation;
  if (outputStride === before.outputStride && rates.join() === before.rates.join()) {
    return `${used}: as the network was trained.`;
  }
  let changed = 0;
  for (let i = 0; i < labels.length; ++i) changed += Number(labels[i] !== baseline.labels[i]);
  const share = `${used} change the class of ${percent(changed / labels.length)} of the pixels`;
  if (agreement === null || baseline.agreement === null) return `${share}.`;
  const [now, then] = [agreement.mIoU, baseline.agreement.mIoU];
  return `${share}; mean IoU goes from ${then.toFixed(2)} to ${now.toFixed(2)}.`;
}
