import {history} from "./history.ts";
import {menuButton} from "./menuButton.ts";
import {sceneStage, type Box, type Size} from "./sceneStage.ts";
import {asView, emitInput, part, uniqueId, type View} from "./view.ts";

/** Where an object stands: across the street, and how far away, in the scene's own units. */
export interface Place {
  x: number;
  depth: number;
}

/** What the editor reads of an object. */
export interface EditableObject extends Readonly<Place> {
  readonly id: number;
  readonly kind: string;
}

/** What the editor reads of a scene; all else it hands through. */
export interface EditableScene {
  readonly seed: number;
  readonly light: string;
  readonly objects: readonly EditableObject[];
}

/**
 * What the editor is handed. Every function is pure: a change returns a new scene, clamped to
 * what is legal. Pixels are of a picture of the *size* given last.
 */
export interface SceneEditorOptions<S extends EditableScene> {
  draw(context: CanvasRenderingContext2D, scene: S, size: Size): void;
  objectAt(scene: S, x: number, y: number, size: Size): number | null;
  objectBox(scene: S, id: number, size: Size): Box;
  placeFromPixel(scene: S, id: number, x: number, y: number, size: Size): Place;
  move(scene: S, id: number, place: Place): S;
  add(scene: S, kind: string): S;
  remove(scene: S, id: number): S;
  setLight(scene: S, light: string): S;
  randomScene(seed: number): S;
  /** What can be added, in the order of the menu. */
  kinds: readonly {readonly kind: string; readonly label: string}[];
  lights: readonly string[];
  /** The scene's size in pixels, in which fingers and rings are measured. Default 257 × 193. */
  width?: number;
  height?: number;
}

/** An editor, which can also be handed what else it should show. */
export interface SceneEditor<S> extends View<HTMLElement, S> {
  /** Shows *scene*, as assigning **value** does: silently, and undoable. */
  update(scene: S): void;
}

/** How far around a touch, in CSS pixels, an object is looked for. */
const REACH = {mouse: 4, pen: 8, touch: 22};

/**
 * Returns an editor of *scene*: drag an object along the street, nearer or farther; add and remove
 * objects; change the light; draw a new street. Its **value** is the scene as it is now; every
 * change by the reader emits *input*, at most once a frame.
 *
 * ```js
 * const street = view(sceneEditor(randomScene(1), {draw: drawScene, move: moveObject, …}));
 * ```
 *
 * With the keyboard: `[` and `]` choose an object, arrows move it (with Shift, farther), Delete
 * removes it, Escape lets go of it, Control-Z and Control-Y undo and redo.
 */
export function sceneEditor<S extends EditableScene>(
  scene: S,
  options: SceneEditorOptions<S>
): SceneEditor<S> {
  const {kinds, lights, width = 257, height = 193} = options;
  if (!(width > 0 && height > 0)) throw new RangeError(`invalid size: ${width}×${height}`);
  const size = {width, height};
  const initial = scene;
  const steps = history(scene);
  let selected: number | null = null;
  let hovered: number | null = null;

  const ids = {help: uniqueId("help"), option: uniqueId("object")};
  const root = document.createElement("figure");
  root.className = "viz viz-scene";
  root.innerHTML = `
    <div class="viz-toolbar" role="group" aria-label="Change the street">
      <button type="button" data-do="remove">Remove</button>
      <button type="button" data-do="street">New street</button>
      <button type="button" data-do="undo" aria-label="Undo" title="Undo">${icons.undo}</button>
      <button type="button" data-do="redo" aria-label="Redo" title="Redo">${icons.redo}</button>
      <button type="button" data-do="reset">Reset</button>
    </div>
    <figcaption>
      <span class="viz-summary"></span>
      <span id="${ids.help}">Drag anything along the street, nearer or farther away.
      <span class="viz-keys">With the keyboard: <kbd>[</kbd> <kbd>]</kbd> choose, arrows move,
      <kbd>Delete</kbd> removes.</span></span>
    </figcaption>
    <div class="viz-hidden" role="status"></div>`;
  const toolbar = part(root, ".viz-toolbar");
  const status = part(root, "[role=status]");
  const stage = sceneStage(
    size,
    (context, drawn) => options.draw(context, steps.present, drawn),
    () => ({
      selected: boxOf(selected),
      hovered: hovered === selected ? null : boxOf(hovered)
    })
  );
  const list = document.createElement("div");
  list.className = "viz-objects";
  list.tabIndex = 0;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Objects of the street");
  list.setAttribute("aria-describedby", ids.help);
  stage.element.append(list);
  root.prepend(stage.element);
  toolbar.prepend(
    menuButton(
      "Add",
      kinds.map(({kind, label}) => ({value: kind, label})),
      add
    )
  );
  part(toolbar, "[data-do=street]").before(
    menuButton(
      "Light",
      lights.map((light) => ({value: light, label: light})),
      (light) => change(options.setLight(steps.present, light), `Light: ${light}.`),
      {checked: () => steps.present.light}
    )
  );

  function boxOf(id: number | null): Box | null {
    return id !== null && find(id) ? options.objectBox(steps.present, id, size) : null;
  }

  function find(id: number): EditableObject | undefined {
    return steps.present.objects.find((object) => object.id === id);
  }

  /** "car 2": the kind, and which one of them if there are several. */
  function nameOf({id, kind}: EditableObject): string {
    const alike = steps.present.objects.filter((object) => object.kind === kind);
    const index = alike.findIndex((object) => object.id === id);
    return alike.length > 1 ? `${kind} ${index + 1}` : kind;
  }

  function change(next: S, message: string, {id = null as number | null, gesture = ""} = {}): void {
    if (next === steps.present) return;
    steps.push(next, gesture || undefined);
    refresh();
    if (message) status.textContent = message;
    if (id !== null && !gesture) stage.flash(boxOf(id));
    emitInput(root);
  }

  function select(id: number | null): void {
    selected = id;
    refresh();
    const object = id === null ? undefined : find(id);
    if (object) status.textContent = `${nameOf(object)} selected.`;
  }

  function add(kind: string): void {
    const before = new Set(steps.present.objects.map(({id}) => id));
    const next = options.add(steps.present, kind);
    const added = next.objects.find(({id}) => !before.has(id));
    if (!added) return;
    selected = added.id;
    change(next, `${kind} added.`, {id: added.id});
    list.focus({preventScroll: true});
  }

  function remove(): void {
    const object = selected === null ? undefined : find(selected);
    if (!object) return;
    const name = nameOf(object);
    selected = null;
    hovered = null;
    change(options.remove(steps.present, object.id), `${name} removed.`);
    list.focus({preventScroll: true});
  }

  /** Moves the object so that the foot of its box comes to pixel (*x*, *y*). */
  function moveTo(id: number, x: number, y: number, gesture: string): void {
    const place = options.placeFromPixel(steps.present, id, x, y, size);
    const was = find(id);
    const next = options.move(steps.present, id, place);
    const is = next.objects.find((object) => object.id === id);
    if (is && (was?.x !== is.x || was.depth !== is.depth)) change(next, "", {id, gesture});
  }

  function announceMove(id: number): void {
    const object = find(id);
    const box = boxOf(id);
    if (!object || !box) return;
    const across = Math.round((100 * (box.x + box.width / 2)) / width);
    const up = Math.round(100 - (100 * (box.y + box.height)) / height);
    status.textContent = `${nameOf(object)} at ${across} % from the left, ${up} % from the bottom.`;
  }

  function travel(message: string, go: () => void): void {
    const before = new Map(steps.present.objects.map((object) => [object.id, object]));
    const from = steps.present;
    go();
    if (steps.present === from) return;
    if (selected !== null && !find(selected)) selected = null;
    refresh();
    status.textContent = message;
    const changed = steps.present.objects.filter(({id, x, depth}) => {
      const was = before.get(id);
      return !was || was.x !== x || was.depth !== depth;
    });
    if (changed.length < steps.present.objects.length)
      for (const {id} of changed) stage.flash(boxOf(id));
    emitInput(root);
  }

  const actions: Record<string, () => void> = {
    remove,
    street() {
      selected = hovered = null;
      const {seed} = steps.present;
      change(options.randomScene(seed + 1), `A new street, number ${seed + 1}.`);
    },
    undo: () => travel("Undone.", () => steps.undo()),
    redo: () => travel("Redone.", () => steps.redo()),
    reset: () => travel("The first street again.", () => steps.push(initial))
  };
  for (const button of toolbar.querySelectorAll<HTMLButtonElement>("[data-do]"))
    button.addEventListener("click", () => actions[button.dataset.do ?? ""]());

  // Pointers. Positions are kept in scene pixels; a drag holds the object where it was grasped.
  let drag: {id: number; pointer: number; dx: number; dy: number; gesture: string} | null = null;
  let pending: {x: number; y: number} | null = null;
  let gestures = 0;

  function toScene(event: {clientX: number; clientY: number}): {x: number; y: number} {
    const {left, top, width: shown} = list.getBoundingClientRect();
    const scale = width / shown;
    return {x: (event.clientX - left) * scale, y: (event.clientY - top) * scale};
  }

  /** The object under the pointer, or the nearest within reach, looked for in a spiral. */
  function hit(event: {clientX: number; clientY: number}, reach: number): number | null {
    const {x, y} = toScene(event);
    const scale = width / list.clientWidth;
    for (let r = 0; r <= reach; r += 4)
      for (let a = 0; a < (r ? 8 : 1); ++a) {
        const px = x + r * scale * Math.cos((a * Math.PI) / 4);
        const py = y + r * scale * Math.sin((a * Math.PI) / 4);
        const id = options.objectAt(steps.present, px, py, size);
        if (id !== null) return id;
      }
    return null;
  }

  const reachOf = (type: string) => REACH[type as keyof typeof REACH] ?? REACH.mouse;

  // A finger on an object drags it; anywhere else it scrolls the page. Only here, before the
  // browser has decided which, can that be said.
  list.addEventListener(
    "touchstart",
    (event) => {
      if (event.touches.length === 1 && hit(event.touches[0], REACH.touch) !== null)
        event.preventDefault();
    },
    {passive: false}
  );
  list.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    const id = hit(event, reachOf(event.pointerType));
    select(id);
    list.focus({preventScroll: true});
    const box = boxOf(id);
    if (id === null || !box) return;
    event.preventDefault();
    list.setPointerCapture(event.pointerId);
    const {x, y} = toScene(event);
    drag = {
      id,
      pointer: event.pointerId,
      dx: box.x + box.width / 2 - x,
      dy: box.y + box.height - y,
      gesture: `drag ${++gestures}`
    };
    list.classList.add("viz-dragging");
  });
  list.addEventListener("pointermove", (event) => {
    if (!drag) {
      if (event.pointerType === "touch") return;
      const id = hit(event, REACH.mouse);
      if (id !== hovered) {
        hovered = id;
        list.style.cursor = id === null ? "" : "grab";
        stage.redraw();
      }
    } else if (event.pointerId === drag.pointer) {
      if (!pending) requestAnimationFrame(applyDrag);
      pending = toScene(event);
    }
  });

  function applyDrag(): void {
    if (drag && pending) {
      if (!stage.moving) stage.moving = true;
      moveTo(drag.id, pending.x + drag.dx, pending.y + drag.dy, drag.gesture);
    }
    pending = null;
  }

  for (const type of ["pointerup", "pointercancel", "lostpointercapture"] as const)
    list.addEventListener(type, (event) => {
      if (event.pointerId !== drag?.pointer) return;
      applyDrag();
      const {id} = drag;
      drag = null;
      list.classList.remove("viz-dragging");
      if (!stage.moving) return;
      stage.moving = false;
      steps.settle();
      announceMove(id);
      stage.flash(boxOf(id));
    });
  list.addEventListener("pointerleave", () => {
    hovered = null;
    stage.redraw();
  });

  list.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (command && key === "z") actions[event.shiftKey ? "redo" : "undo"]();
    else if (command && key === "y") actions.redo();
    else if (command || event.altKey) return;
    else if (event.key === "[" || event.key === "]") cycle(event.key === "]" ? 1 : -1);
    else if (selected === null) return;
    else if (event.key === "Escape") select(null);
    else if (event.key === "Delete" || event.key === "Backspace") remove();
    else if (event.key in arrows) {
      const box = boxOf(selected);
      const [dx, dy] = arrows[event.key];
      const step = event.shiftKey ? 10 : 2;
      if (box) {
        const foot = {x: box.x + box.width / 2, y: box.y + box.height};
        moveTo(selected, foot.x + dx * step, foot.y + dy * step, `keys ${selected}`);
        announceMove(selected);
      }
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("focus", () => {
    if (selected === null && list.matches(":focus-visible")) cycle(1);
  });

  /** Goes round the objects from the nearest to the farthest. */
  function cycle(by: number): void {
    const near = steps.present.objects.toSorted((a, b) => a.depth - b.depth).map(({id}) => id);
    if (!near.length) return;
    const i = selected === null ? -1 : near.indexOf(selected);
    const from = i < 0 && by < 0 ? 0 : i;
    select(near[(from + by + near.length) % near.length]);
  }

  /** Makes everything but the scene's drawing agree with the state, and asks for a redraw. */
  function refresh(): void {
    const {present} = steps;
    list.replaceChildren(
      ...present.objects.map((object) => {
        const option = document.createElement("span");
        option.id = `${ids.option}-${object.id}`;
        option.className = "viz-hidden";
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", String(object.id === selected));
        option.textContent = nameOf(object);
        return option;
      })
    );
    if (selected === null) list.removeAttribute("aria-activedescendant");
    else list.setAttribute("aria-activedescendant", `${ids.option}-${selected}`);
    const disabled: Record<string, boolean> = {
      remove: selected === null,
      undo: !steps.canUndo,
      redo: !steps.canRedo,
      reset: present === initial
    };
    for (const [action, is] of Object.entries(disabled))
      part<HTMLButtonElement>(toolbar, `[data-do=${action}]`).disabled = is;
    const summary = `Street ${present.seed}, ${present.light}: ${countKinds(present.objects)}.`;
    part(root, ".viz-summary").textContent = summary;
    part(stage.element, "canvas").setAttribute("aria-label", summary);
    stage.redraw();
  }

  function assign(next: S): void {
    if (next === steps.present || JSON.stringify(next) === JSON.stringify(steps.present)) return;
    steps.push(next);
    if (selected !== null && !find(selected)) selected = null;
    refresh();
  }

  refresh();
  return Object.assign(asView(root, {get: () => steps.present, set: assign}), {update: assign});
}

/** "2 cars, 1 tree": how many there are of each kind, in order of appearance. */
function countKinds(objects: readonly EditableObject[]): string {
  const counts = new Map<string, number>();
  for (const {kind} of objects) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const phrases = [...counts].map(([kind, n]) => `${n} ${n > 1 ? `${kind}s` : kind}`);
  return phrases.join(", ") || "nothing on it yet";
}

const arrows: Record<string, [dx: number, dy: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1]
};

const arc = "M4 7h7a4 4 0 0 1 0 8H7 M7 4 4 7l3 3";
const icons = {
  undo: `<svg viewBox="0 0 18 18" aria-hidden="true"><path d="${arc}"/></svg>`,
  redo: `<svg viewBox="0 0 18 18" aria-hidden="true"><path d="${arc}" transform="matrix(-1 0 0 1 18 0)"/></svg>`
};
