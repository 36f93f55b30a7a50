import {integerField} from "./integerField.ts";
import {backbones, forms, sizes, strides, type NetworkSetting} from "./networkBarsData.ts";
import {part, uniqueId} from "./view.ts";

const choices = [
  {key: "backbone", legend: "Backbone", options: backbones},
  {key: "outputStride", legend: "Output stride", options: named(strides)},
  {key: "aspp", legend: "ASPP’s atrous branches", options: named(forms)},
  {key: "decoder", legend: "Decoder", options: named(forms)}
] as const;

/**
 * Returns controls for a network, beginning with the picture's side at *size*. A move of one hands
 * *choose* what it sets, and the name of the control; **update** shows a setting.
 */
export function networkBarsControls(
  size: number,
  choose: (next: Partial<NetworkSetting>, by: keyof NetworkSetting) => void
): {readonly element: HTMLElement; update(setting: NetworkSetting): void} {
  const id = uniqueId("bars");
  const element = document.createElement("div");
  element.className = "viz-bars-controls";
  element.innerHTML =
    choices
      .map(({key, legend, options}) => {
        const radios = options.map(
          ({value, name}) =>
            `<label><input type="radio" name="${id}-${key}" data-key="${key}" value="${value}">` +
            `<span>${name}</span></label>`
        );
        return (
          `<fieldset class="viz-choice"><legend>${legend}</legend>` +
          `<div class="viz-segmented">${radios.join("")}</div></fieldset>`
        );
      })
      .join("") +
    `<div class="viz-bars-size"></div><label class="viz-check"><input type="checkbox">` +
    `Count on the padded grid of space-to-batch</label>`;
  const radios = [...element.querySelectorAll<HTMLInputElement>("[type=radio]")];
  const padded = part<HTMLInputElement>(element, "[type=checkbox]");
  const side = integerField("Picture’s side, in pixels", size, {
    ...sizes,
    offStep: "is not 32k + 1",
    reason: (at) =>
      at === sizes.min
        ? `${sizes.min} is the least here: at stride 32, a map of 3×3.`
        : `${sizes.max} is the most here.`
  });
  part(element, ".viz-bars-size").append(side);

  for (const radio of radios) {
    const key = radio.dataset.key as (typeof choices)[number]["key"];
    const value = key === "outputStride" ? Number(radio.value) : radio.value;
    radio.addEventListener("change", () => choose({[key]: value}, key));
  }
  side.addEventListener("input", () => choose({size: side.value}, "size"));
  padded.addEventListener("change", () => choose({spaceToBatch: padded.checked}, "spaceToBatch"));
  return {
    element,
    update(setting) {
      for (const radio of radios)
        radio.checked = radio.value === String(setting[radio.dataset.key as keyof NetworkSetting]);
      padded.checked = setting.spaceToBatch;
      if (side.value !== setting.size) side.value = setting.size;
    }
  };
}

function named<V extends string | number>(values: readonly V[]): {value: V; name: V}[] {
  return values.map((value) => ({value, name: value}));
}
