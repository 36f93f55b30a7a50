import {group} from "d3";
import {
  isSameUnit,
  type GradientChoice,
  type GradientData,
  type GradientFieldOptions,
  type GradientFieldView,
  type GradientLayer,
  type GradientPanelName,
  type GradientUnit
} from "./gradientData.ts";
import {dim, drawKey} from "./gradientHeat.ts";
import {countHoles, gradientPanel, sideBySide} from "./gradientPanel.ts";
import {gradientSentences, shareWords, type GradientFacts} from "./gradientWords.ts";
import {icons} from "./icons.ts";
import {copyPicture, type PictureSource} from "./pictureCopy.ts";
import {pngBlob, saveAs} from "./saveAs.ts";
import {task} from "./task.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId} from "./view.ts";

/**
 * Returns a figure of what a network's unit really looks at: its theoretical receptive field as a
 * blue box on the picture, and in it the absolute gradient of its value as a heat map; with trained
 * weights beside untrained ones. Pointing at a picture (or arrow keys on it) moves the unit, a click
 * or Enter pins it, Escape lets go. Its **value** is the layer, class, pixel and what is shown of
 * it; a change by the reader emits *input*.
 *
 * ```js
 * const figure = gradientField({layers, classes, fieldOf, ask, choice});
 * figure.update(street);
 * figure.show("trained", {unit: figure.unit, absolute, core, coreCount, reached, channel});
 * ```
 *
 * Throws a RangeError if there is no layer of the choice's name. So does assigning a value that is
 * not legal.
 */
export function gradientField({
  layers,
  classes,
  fieldOf,
  ask,
  width = 257,
  height = 193,
  choice,
  save = saveAs
}: GradientFieldOptions): GradientFieldView {
  const id = uniqueId("gradient");
  const root = document.createElement("figure");
  root.className = "viz viz-gradient";
  root.innerHTML = `
    <div class="viz-gradient-controls">
      <label>Layer <select data-of="layer"></select></label>
      <label data-for="class">Score of <select data-of="class"></select></label>
      <button type="button" data-do="core" aria-pressed="false">Only the 90 %</button>
      <button type="button" data-do="reset">Reset</button>
      <button type="button" data-do="save" aria-label="Save PNG" disabled>${icons.save}PNG</button>
    </div>
    <div class="viz-gradient-panels"></div>
    <div class="viz-gradient-key" role="img"
      aria-label="Colors: from dark for none to pale yellow for the largest gradient of each picture">
      <span>Gradient, as a share of its largest</span><div class="viz-gradient-bar"><i></i></div></div>
    <p class="viz-error" role="alert" hidden></p>
    <figcaption id="${id}-caption" aria-live="polite"></figcaption>`;
  keepControlEvents(root);
  const button = (name: string) => part<HTMLButtonElement>(root, `[data-do=${name}]`);
  const layerBox = part<HTMLSelectElement>(root, "[data-of=layer]");
  const classBox = part<HTMLSelectElement>(root, "[data-of=class]");
  for (const [label, members] of group(layers, (layer) => layer.group)) {
    const options = document.createElement("optgroup");
    options.label = label;
    options.append(...members.map((layer) => new Option(layer.label, layer.name)));
    layerBox.append(options);
  }
  classBox.append(new Option("the likeliest class there", ""));
  classBox.append(...classes.map(({name}, k) => new Option(name, String(k))));
  const common = {
    width,
    height,
    describedBy: `${id}-caption`,
    // From unit to unit, which may be many pixels.
    step: () => Math.round((width - 1) / Math.max(1, layerNamed(value.layer).map[1] - 1))
  };
  const panels = {
    trained: gradientPanel("Trained", common),
    untrained: gradientPanel("Untrained", common)
  };
  const both = Object.entries(panels) as [GradientPanelName, (typeof panels)["trained"]][];
  part(root, ".viz-gradient-panels").append(...both.map(([, {element}]) => element));
  drawKey(part(root, ".viz-gradient-bar"));
  const wide = task(
    "This unit looks at a small part of its box. Find a layer whose field is larger than the picture, and whose 90\u00a0% fill more than half of the box."
  );
  root.append(wide.element);

  const initial = check({channel: null, pinned: true, core: false, ...choice});
  let value = initial;
  let asked: GradientUnit | null = null;
  let coreShown = initial.core;
  const shown: Record<GradientPanelName, GradientData | null> = {trained: null, untrained: null};

  function check(next: GradientChoice): GradientChoice {
    const {layer, channel, x, y, pinned, core} = next;
    const inside = (i: number, length: number) => Number.isInteger(i) && i >= 0 && i < length;
    if (!inside(x, width) || !inside(y, height))
      throw new RangeError(`invalid pixel: ${x}, ${y} (of ${width} × ${height})`);
    const most = layerNamed(layer).scores ? classes.length : 0;
    if (channel !== null && !inside(channel, most))
      throw new RangeError(`invalid class: ${channel} (${most} in ${layer})`);
    return {layer, channel, x, y, pinned: Boolean(pinned), core: Boolean(core)};
  }

  function layerNamed(name: string): GradientLayer {
    const layer = layers.find((one) => one.name === name);
    if (!layer) throw new RangeError(`no layer named ${name}`);
    return layer;
  }

  /** The unit whose center is nearest to the pixel chosen: units lie from edge to edge. */
  function unitNow(): GradientUnit {
    const {layer, channel, x, y} = value;
    const [rows, columns] = layerNamed(layer).map;
    const nearest = (at: number, of: number, units: number) =>
      Math.round((at * (units - 1)) / (of - 1));
    return {layer, channel, x: nearest(x, width, columns), y: nearest(y, height, rows)};
  }

  function facts(): GradientFacts {
    const unit = unitNow();
    const {label, map} = layerNamed(unit.layer);
    const {size, box, finite} = fieldOf(unit);
    const of = (name: GradientPanelName) => {
      const data = shown[name];
      return data && isSameUnit(data.unit, unit) ? data : null;
    };
    const [trained, untrained] = [of("trained"), of("untrained")];
    const known = trained ?? untrained;
    const named = trained?.channel ?? null;
    return {
      label: named === null ? label : `${label}, ${classes[named].name}`,
      map,
      unit,
      size,
      finiteSize: finite?.size ?? null,
      inside: [box.right - box.left, box.bottom - box.top],
      picture: [width, height],
      holes: known && countHoles(known.reached, box, width),
      trained: trained?.coreCount ?? null,
      untrained: untrained?.coreCount ?? null
    };
  }

  /** Shows the choice, and asks for its gradient if the unit is another. */
  function refresh(): void {
    const unit = unitNow();
    const {layer, channel, pinned, core} = value;
    const {scores, map} = layerNamed(layer);
    layerBox.value = layer;
    classBox.value = channel === null ? "" : String(channel);
    part(root, "[data-for=class]").hidden = !scores;
    button("core").setAttribute("aria-pressed", String(core));
    button("reset").disabled = JSON.stringify(value) === JSON.stringify(initial);
    const {box, finite} = fieldOf(unit);
    const center = (i: number, units: number, of: number) =>
      0.5 + (units > 1 ? (i * (of - 1)) / (units - 1) : (of - 1) / 2);
    for (const [name, panel] of both) {
      panel.mark({
        box,
        finite: finite?.box ?? null,
        center: {x: center(unit.x, map[1], width), y: center(unit.y, map[0], height)},
        pinned
      });
      if (core !== coreShown) panel.showField(shown[name], core);
    }
    coreShown = core;
    describe();
    if (asked && isSameUnit(asked, unit)) return;
    asked = unit;
    ask(unit);
  }

  function describe(): void {
    const now = facts();
    const sentences = gradientSentences(now);
    part(root, "figcaption").textContent = sentences;
    for (const [name, {element, canvas}] of both) {
      const count = now[name];
      const place = part(element, ".viz-gradient-share");
      // The last unit's share stays, muted, until the next one's is there: nothing flickers.
      place.classList.toggle("viz-gradient-stale", count === null);
      if (count !== null) place.textContent = shareWords(count, now.inside);
      const words = count === null ? "not computed yet" : shareWords(count, now.inside);
      canvas.setAttribute("aria-label", `Gradient, ${name} weights: ${words}. ${sentences}`);
    }
    button("save").disabled = !shown.trained;
    const {trained, inside, size} = now;
    if (trained === null) return;
    const share = trained / (inside[0] * inside[1]);
    const large = size > Math.max(width, height);
    wide.update(
      large && share > 0.5,
      `Here the field is ${size === Infinity ? "the whole picture, whatever its size" : `${size} pixels wide`}; ${shareWords(trained, inside)}.`
    );
  }

  function choose(next: Partial<GradientChoice>): void {
    const before = JSON.stringify(value);
    value = check({...value, ...next});
    if (JSON.stringify(value) === before) return;
    refresh();
    emitInput(root);
  }

  layerBox.addEventListener("change", () => choose({layer: layerBox.value, channel: null}));
  classBox.addEventListener("change", () =>
    choose({channel: classBox.value === "" ? null : Number(classBox.value)})
  );
  button("core").addEventListener("click", () => choose({core: !value.core}));
  button("reset").addEventListener("click", () => {
    point(initial);
    choose(initial);
  });
  button("save").addEventListener("click", () => void saveFile());
  for (const [, {pointer}] of both) {
    pointer.enabled = true;
    pointer.addEventListener("input", () => {
      const at = pointer.value;
      // What was pinned in one picture is pinned in the other.
      if (!at || pointer.pinned) point(at && {...at, pinned: true}, pointer);
      choose(at ? {...at, pinned: pointer.pinned} : {pinned: false});
    });
  }

  /** Pins a pixel in both pictures, or lets go of it. */
  function point(
    at: {x: number; y: number; pinned: boolean} | null,
    except: HTMLElement | null = null
  ): void {
    const pinned = at?.pinned ? {x: at.x, y: at.y} : null;
    for (const [, {pointer}] of both) if (pointer !== except) pointer.value = pinned;
  }

  async function saveFile(): Promise<void> {
    try {
      save(await pngBlob(sideBySide(both.map(([, panel]) => panel.drawn(3)))), "gradient.png");
    } catch (error) {
      view.error(`The picture was not saved: ${(error as Error).message}.`);
    }
  }

  const view = Object.assign(
    asView<HTMLElement, GradientChoice>(root, {
      get: () => ({...value}),
      set(next) {
        value = check(next);
        point(value);
        refresh();
      }
    }),
    {
      update(picture: PictureSource) {
        const gray = document.createElement("canvas");
        copyPicture(picture, gray);
        dim(gray);
        for (const [name, panel] of both) {
          shown[name] = null;
          part(panel.element, ".viz-gradient-share").textContent = "";
          panel.showPicture(gray);
          panel.showField(null, value.core);
        }
        asked = null;
        refresh();
      },
      show(name: GradientPanelName, data: GradientData) {
        shown[name] = data;
        const panel = panels[name];
        panel.busy(!isSameUnit(data.unit, unitNow()));
        panel.note(null);
        panel.showField(data, value.core);
        view.error(null);
        describe();
      },
      busy(name: GradientPanelName, note?: string) {
        panels[name].busy(true);
        panels[name].note(note ?? null);
      },
      error(message: string | null) {
        const place = part(root, ".viz-error");
        place.hidden = message === null;
        place.textContent = message ?? "";
        if (message === null) return;
        for (const [, panel] of both) {
          panel.busy(false);
          panel.note(null);
        }
      }
    }
  ) as GradientFieldView;
  Object.defineProperty(view, "unit", {get: unitNow});
  point(value);
  return view;
}
