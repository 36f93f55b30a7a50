import type {EditableObject, EditableScene, SceneEditorOptions} from "./editableScene.ts";
import {history} from "./history.ts";
import {nearestBox} from "./nearestBox.ts";
import {objectList} from "./objectList.ts";
import {dragObjects, type Point} from "./sceneGestures.ts";
import {sceneStage, type Box} from "./sceneStage.ts";
import {sceneToolbar, type SceneActions} from "./sceneToolbar.ts";
import {countKinds, objectName, placeInWords} from "./sceneWords.ts";
import {asView, emitInput, part, uniqueId, type View} from "./view.ts";

/** An editor, which can also be handed what else it should show. */
export interface SceneEditor<S> extends View<HTMLElement, S> {
  /** Shows *scene*, as assigning **value** does: silently, and undoable. */
  update(scene: S): void;
}

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
  const labels = new Map(kinds.map(({kind, label}) => [kind, label.toLowerCase()]));
  const initial = scene;
  const steps = history(scene);
  let selected: number | null = null;
  let hovered: number | null = null;
  let drawn: S | null = null;
  // An object that is the same object stands in the same place: a street does not move by itself.
  const known = new WeakMap<EditableObject, Box>();

  const helpId = uniqueId("help");
  const root = document.createElement("figure");
  root.className = "viz viz-scene";
  root.innerHTML = `
    <figcaption>
      <span class="viz-summary"></span>
      <span id="${helpId}">Drag anything along the street, nearer or farther away.
      <span class="viz-keys">With the keyboard: <kbd>[</kbd> <kbd>]</kbd> choose, arrows move,
      <kbd>Delete</kbd> removes.</span></span>
    </figcaption>
    <div class="viz-hidden" role="status"></div>`;
  const status = part(root, "[role=status]");
  const stage = sceneStage(
    size,
    (context, drawn) => options.draw(context, steps.present, drawn),
    () => ({
      selected: boxOf(selected),
      hovered: hovered === selected ? null : boxOf(hovered)
    })
  );
  const list = objectList("Objects of the street", helpId, {
    cycle,
    nudge,
    remove,
    release: () => select(null)
  });
  stage.element.append(list.element);
  root.prepend(stage.element);

  function boxOf(id: number | null): Box | null {
    return id === null ? null : (boxes().get(id) ?? null);
  }

  /** The boxes of all that can be moved and is in view. */
  function boxes(): ReadonlyMap<number, Box> {
    const {present} = steps;
    const inView = present.objects.flatMap((object) => {
      if (!labels.has(object.kind)) return [];
      let box = known.get(object);
      if (!box) known.set(object, (box = options.objectBox(present, object.id, size)));
      const across = Math.min(box.x + box.width, width) - Math.max(box.x, 0);
      const down = Math.min(box.y + box.height, height) - Math.max(box.y, 0);
      return across > 0 && down > 0 ? [[object.id, box] as const] : [];
    });
    return new Map(inView);
  }

  function find(id: number): EditableObject | undefined {
    return steps.present.objects.find((object) => object.id === id);
  }

  /** What can be moved and stands, at least in part, in the picture. */
  function movable(): EditableObject[] {
    const inView = boxes();
    return steps.present.objects.filter(({id}) => inView.has(id));
  }

  const labelOf = (kind: string) => labels.get(kind) ?? kind;
  const nameOf = (id: number) => objectName(steps.present.objects, id, labelOf);

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
    if (object) status.textContent = `${nameOf(object.id)} selected.`;
  }

  function add(kind: string): void {
    const before = new Set(steps.present.objects.map(({id}) => id));
    const next = options.add(steps.present, kind);
    const added = next.objects.find(({id}) => !before.has(id));
    if (!added) return;
    selected = added.id;
    change(next, `${labelOf(kind)} added.`, {id: added.id});
    list.element.focus({preventScroll: true});
  }

  function remove(): void {
    const object = selected === null ? undefined : find(selected);
    if (!object) return;
    const name = nameOf(object.id);
    selected = null;
    hovered = null;
    change(options.remove(steps.present, object.id), `${name} removed.`);
    list.element.focus({preventScroll: true});
  }

  /** The pixel where an object stands, or null if it is not there. */
  function footOf(id: number): Point | null {
    if (options.groundPoint && find(id)) return options.groundPoint(steps.present, id, size);
    const box = boxOf(id);
    return box && {x: box.x + box.width / 2, y: box.y + box.height};
  }

  /** Moves the object so that its foot comes to a place in the picture. */
  function moveTo(id: number, foot: Point, gesture: string): void {
    const place = options.placeFromPixel(steps.present, id, foot.x, foot.y, size);
    const was = find(id);
    const next = options.move(steps.present, id, place);
    const is = next.objects.find((object) => object.id === id);
    if (is && (was?.x !== is.x || was.depth !== is.depth)) change(next, "", {id, gesture});
  }

  function announceMove(id: number): void {
    const box = boxOf(id);
    if (box) status.textContent = `${nameOf(id)} at ${placeInWords(box, size)}.`;
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
      return was?.x !== x || was.depth !== depth;
    });
    if (changed.length < steps.present.objects.length)
      for (const {id} of changed) stage.flash(boxOf(id));
    emitInput(root);
  }

  const actions: SceneActions = {
    add,
    remove,
    light: (light) => change(options.setLight(steps.present, light), `Light: ${light}.`),
    street() {
      selected = hovered = null;
      const {seed} = steps.present;
      change(options.randomScene(seed + 1), `A new street, number ${seed + 1}.`);
    },
    undo: () => travel("Undone.", () => steps.undo()),
    redo: () => travel("Redone.", () => steps.redo()),
    reset: () => travel("The first street again.", () => steps.push(initial))
  };
  const toolbar = sceneToolbar(kinds, lights, actions);
  stage.element.after(toolbar.element);

  dragObjects(list.element, {
    width,
    objectAt(at, reach) {
      const id = options.objectAt(steps.present, at.x, at.y, size);
      return id ?? nearestBox(boxes(), at, reach);
    },
    footOf,
    pick: select,
    hover(id) {
      if (id === hovered) return;
      hovered = id;
      stage.outline();
    },
    drag(id, foot, gesture) {
      if (!stage.moving) stage.moving = true;
      moveTo(id, foot, gesture);
    },
    drop(id) {
      stage.moving = false;
      steps.settle();
      announceMove(id);
      stage.flash(boxOf(id));
    }
  });

  root.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === "z") actions[event.shiftKey ? "redo" : "undo"]();
    else if (key === "y") actions.redo();
    else return;
    event.preventDefault();
  });

  /** Moves the selected object by a few pixels. */
  function nudge(dx: number, dy: number): void {
    const foot = selected === null ? null : footOf(selected);
    if (selected === null || !foot) return;
    moveTo(selected, {x: foot.x + dx, y: foot.y + dy}, `keys ${selected}`);
    announceMove(selected);
  }

  /** Goes round the objects from the nearest to the farthest. */
  function cycle(by: number): void {
    const near = movable()
      .sort((a, b) => a.depth - b.depth)
      .map(({id}) => id);
    if (!near.length) return;
    const i = selected === null ? -1 : near.indexOf(selected);
    const from = i < 0 && by < 0 ? 0 : i;
    select(near[(from + by + near.length) % near.length]);
  }

  /** Makes everything but the scene's drawing agree with the state, and asks for a redraw. */
  function refresh(): void {
    const {present} = steps;
    list.update(
      movable().map((object) => ({id: object.id, name: nameOf(object.id)})),
      selected
    );
    toolbar.update({
      light: present.light,
      disabled: [
        ...(selected === null ? (["remove"] as const) : []),
        ...(steps.canUndo ? [] : (["undo"] as const)),
        ...(steps.canRedo ? [] : (["redo"] as const)),
        ...(present === initial ? (["reset"] as const) : [])
      ]
    });
    const names = movable().map(({kind}) => labelOf(kind));
    const street = `Street ${present.seed}, ${present.light}.`;
    part(root, ".viz-summary").textContent =
      `${street} ${names.length} things in it can be moved, those behind others included.`;
    const alternative = `${street} In it, seen or hidden: ${countKinds(names)}.`;
    part(stage.element, "canvas").setAttribute("aria-label", alternative);
    if (present === drawn) stage.outline();
    else stage.redraw();
    drawn = present;
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
