import {
  addableKinds,
  addObject,
  drawScene,
  lights,
  moveObject,
  objectAt,
  objectBox,
  placeFromPixel,
  randomScene,
  removeObject,
  setLight,
  type Scene
} from "../scenes/index.ts";
import {asView, emitInput, sceneEditor, type View} from "../viz/index.ts";
import type {NetworkClient} from "./networkClient.ts";
import {photoPicker} from "./photoPicker.ts";
import {predictionView, type PredictionView, type Subject} from "./predictionView.ts";

/** What figure 0.1 shows: its street, or a photograph in its place. */
export interface StreetSubject extends Subject {
  readonly scene: Scene;
}

/** Figure 0.1: its value is what the network is shown. */
export interface StreetFigure extends View<HTMLElement, StreetSubject> {
  readonly prediction: PredictionView;
  /** Shows *scene*, and no photograph. */
  reset(scene: Scene): void;
}

/**
 * Returns the figure of a street that the reader rearranges, beside what *network* sees in it; or
 * of a photograph of theirs. Every change emits *input*, at most once a frame, and is predicted.
 */
export function streetFigure(
  network: NetworkClient,
  {scene, opacity}: {scene: Scene; opacity: number}
): StreetFigure {
  const root = document.createElement("div");
  root.className = "figure-pair";
  const left = document.createElement("div");
  const editor = sceneEditor<Scene>(scene, {
    draw: drawScene,
    objectAt: (s, x, y, size) => objectAt(s, x, y, size),
    objectBox: (s, id, size) => objectBox(s, id, size),
    placeFromPixel: (s, id, x, y, size) => placeFromPixel(s, id, x, y, size),
    move: moveObject,
    add: (s, kind) => addObject(s, kind as (typeof addableKinds)[number]["kind"]),
    remove: removeObject,
    setLight,
    randomScene,
    kinds: addableKinds,
    lights
  });
  const picker = photoPicker(root, () => {
    editor.hidden = picker.photo !== null;
    changed();
  });
  const prediction = predictionView(network, "street", {opacity});
  const drawing = editor.querySelector("canvas") as HTMLCanvasElement;
  left.append(editor, picker.display);
  root.append(left, prediction.element, picker.element);
  let subject = subjectNow();
  let frame = 0;

  function subjectNow(): StreetSubject {
    const {photo, canvas} = picker;
    const scene = editor.value;
    return photo === null
      ? {scene, source: {scene}, canvas: drawing}
      : {scene, source: {picture: photo.input, labels: photo.labels}, canvas};
  }

  // The editor draws at the next frame; asked then, the network and the picture agree.
  function changed(): void {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      subject = subjectNow();
      prediction.show(subject);
      emitInput(root);
    });
  }

  editor.addEventListener("input", (event) => {
    event.stopPropagation();
    changed();
  });
  prediction.element.addEventListener("input", (event) => {
    event.stopPropagation(); // a selection is not a change of the street
  });
  function reset(next: Scene): void {
    editor.value = next;
    picker.clear();
    changed();
  }

  changed();
  const view = asView<HTMLElement, StreetSubject>(root, {
    get: () => subject,
    set({scene: next}) {
      reset(next);
    }
  });
  return Object.assign(view, {prediction, reset});
}
