import {integerField} from "./integerField.ts";
import {asView, emitInput, part, uniqueId, type View} from "./view.ts";

/** The two kernels of a fully connected CRF, as `denseCrf` takes them. */
export interface CrfSettings {
  /** Place alone: its deviation θγ in pixels, and its weight w₂. */
  readonly smoothness: {readonly sxy: number; readonly weight: number};
  /** Place and color: deviations θα in pixels and θβ in 8-bit levels, and its weight w₁. */
  readonly appearance: {readonly sxy: number; readonly srgb: number; readonly weight: number};
}

/** Settings that are offered by name. */
export const crfPresets: readonly (CrfSettings & {readonly name: string})[] = [
  {
    name: "DeepLab v2’s",
    smoothness: {sxy: 1, weight: 3},
    appearance: {sxy: 67, srgb: 3, weight: 4}
  },
  {
    name: "half the default",
    smoothness: {sxy: 3, weight: 3},
    appearance: {sxy: 30, srgb: 10, weight: 5}
  },
  {
    name: "denseCrf’s default",
    smoothness: {sxy: 3, weight: 3},
    appearance: {sxy: 60, srgb: 10, weight: 10}
  },
  {
    name: "smoothness alone",
    smoothness: {sxy: 3, weight: 10},
    appearance: {sxy: 60, srgb: 10, weight: 0}
  }
];

const WEIGHT = 50;

/** The numbers, with what each means in a line. Kernels are Gaussian: a deviation has no end. */
const fields = {
  smoothnessWeight: {
    label: "w₂, its weight",
    means: "Nats that all near pixels together can speak with.",
    range: [0, WEIGHT],
    ends: ["0 switches this kernel off.", `${WEIGHT} is the most here: no network is as sure.`]
  },
  smoothnessRange: {
    label: "θγ, pixels",
    means: "How far a label speaks, whatever the colors.",
    range: [1, 64],
    ends: ["1 is the least here: the next pixel.", "64 is the most here: a quarter of the width."]
  },
  appearanceWeight: {
    label: "w₁, its weight",
    means: "Nats that all pixels alike can speak with.",
    range: [0, WEIGHT],
    ends: ["0 switches this kernel off.", `${WEIGHT} is the most here: no network is as sure.`]
  },
  appearanceRange: {
    label: "θα, pixels",
    means: "How far pixels of like color hear each other.",
    range: [1, 256],
    ends: ["1 is the least here: the next pixel.", "256 is the most here: the picture’s width."]
  },
  appearanceColor: {
    label: "θβ, levels of 255",
    means: "How far colors may differ and still be alike.",
    range: [1, 128],
    ends: ["1 is the least here: nearly the same color.", "128 is the most here: any color."]
  }
} as const;

type Name = keyof typeof fields;
const names = Object.keys(fields) as Name[];

function flat({smoothness, appearance}: CrfSettings): Record<Name, number> {
  return {
    smoothnessWeight: smoothness.weight,
    smoothnessRange: smoothness.sxy,
    appearanceWeight: appearance.weight,
    appearanceRange: appearance.sxy,
    appearanceColor: appearance.srgb
  };
}

/**
 * Returns *settings* as a new object. Throws a RangeError for a number that {@link crfSettings}
 * does not offer.
 */
export function checkCrfSettings(settings: CrfSettings): CrfSettings {
  const given = flat(settings);
  for (const name of names) {
    const [least, most] = fields[name].range;
    const value = given[name];
    if (!(Number.isInteger(value) && value >= least && value <= most))
      throw new RangeError(
        `invalid ${fields[name].label}: ${value} (a whole number, ${least} to ${most})`
      );
  }
  return nested(given);
}

function nested(of: Record<Name, number>): CrfSettings {
  return {
    smoothness: {sxy: of.smoothnessRange, weight: of.smoothnessWeight},
    appearance: {sxy: of.appearanceRange, srgb: of.appearanceColor, weight: of.appearanceWeight}
  };
}

/** Returns whether two settings are the same. */
export function sameCrfSettings(a: CrfSettings, b: CrfSettings): boolean {
  const [one, other] = [flat(a), flat(b)];
  return names.every((name) => one[name] === other[name]);
}

/**
 * Returns sliders and boxes for the kernels of a fully connected CRF, with what each number means,
 * and settings to start from. Its **value** is the settings; a change by the reader emits *input*.
 *
 * ```js
 * const kernels = view(crfSettings(crfPresets[0]));
 * ```
 *
 * What is no legal number is refused in place, and the last good one stays. Throws a RangeError for
 * a given or assigned number that is not offered.
 */
export function crfSettings(settings: CrfSettings): View<HTMLElement, CrfSettings> {
  let value = checkCrfSettings(settings);
  const id = uniqueId("crf");
  const root = document.createElement("div");
  root.className = "viz-crf-settings";
  root.innerHTML = `
    <label class="viz-crf-presets" for="${id}">Settings <select id="${id}"></select></label>
    <fieldset data-kernel="appearance"><legend>Appearance: near and of like color</legend></fieldset>
    <fieldset data-kernel="smoothness"><legend>Smoothness: near</legend></fieldset>`;
  const select = part<HTMLSelectElement>(root, "select");
  const own = new Option("your own", "");
  select.append(...crfPresets.map(({name}, i) => new Option(name, String(i))), own);

  const numbers = Object.fromEntries(
    names.map((name) => {
      const {label, means, range, ends} = fields[name];
      const [min, max] = range;
      const field = integerField(label, flat(value)[name], {
        min,
        max,
        scale: min > 0 ? "log" : "linear",
        reason: (is) => ends[is === min ? 0 : 1]
      });
      const meaning = document.createElement("p");
      meaning.className = "viz-crf-means";
      meaning.textContent = means;
      part(field, "label").after(meaning);
      field.addEventListener("input", () => choose({...flat(value), [name]: field.value}));
      const kernel = name.startsWith("smoothness") ? "smoothness" : "appearance";
      part(root, `[data-kernel=${kernel}]`).append(field);
      return [name, field];
    })
  ) as Record<Name, ReturnType<typeof integerField>>;

  function show(): void {
    const shown = flat(value);
    for (const name of names)
      if (numbers[name].value !== shown[name]) numbers[name].value = shown[name];
    const preset = crfPresets.findIndex((one) => sameCrfSettings(one, value));
    select.value = preset < 0 ? "" : String(preset);
    own.hidden = preset >= 0;
  }

  function choose(next: Record<Name, number>): void {
    value = nested(next);
    show();
    emitInput(root);
  }

  // Immediate: whoever listens to the settings must not hear their own fields.
  for (const type of ["input", "change"])
    root.addEventListener(type, (event) => {
      if (event.target !== root) event.stopImmediatePropagation();
    });
  select.addEventListener("change", () => choose(flat(crfPresets[Number(select.value)])));

  show();
  return asView<HTMLElement, CrfSettings>(root, {
    get: () => value,
    set(next) {
      value = checkCrfSettings(next);
      show();
    }
  });
}
