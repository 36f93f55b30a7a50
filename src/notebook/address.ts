import {classes} from "../model/classes.ts";
import {defaultSize} from "../scenes/index.ts";
import {addressBar} from "./addressFields.ts";
import type {BoundaryLensFigure} from "./boundaryLens.ts";
import type {Notices} from "./notices.ts";
import {formatHash, initialState, parseHash, type PageState} from "./permalink.ts";
import type {RatesFigure} from "./rates.ts";
import {editedScene, editsOf} from "./sceneEdits.ts";
import type {StreetFigure} from "./street.ts";

/**
 * Keeps the address of the page and its three figures in step: what the reader does is written to
 * the fragment, and what the fragment says, now or when it changes, is shown; wrong values are
 * told to *board*. The header's Reset brings back the page as nobody has touched it.
 */
export function keepAddress(
  street: StreetFigure,
  lens: BoundaryLensFigure,
  rates: RatesFigure,
  board: Notices
): void {
  const bar = addressBar(() => {
    show(readAddress());
  });
  const view = street.prediction.element;
  const overlay = view.querySelector<HTMLInputElement>("input[type=range]") as HTMLInputElement;

  function readAddress(): PageState {
    board.clear();
    const {state, problems} = parseHash(bar.read());
    problems.forEach(board.show);
    return state;
  }

  function show(state: PageState): void {
    street.value = {...street.value, scene: editedScene(state.seed, state.light, state.edits)};
    rates.value = {scale: state.scale, stride: state.stride};
    const {lens: corner, lensSize: size} = state;
    const {x, y} = corner ? pixelAt(corner) : {x: null, y: null};
    lens.value = {x, y, size, marks: true};
    overlay.valueAsNumber = state.opacity;
    overlay.dispatchEvent(new Event("input"));
    const label = classes.findIndex(({name}) => name === state.only);
    view.value = {
      ...(state.at ? pixelAt(state.at) : {x: null, y: null}),
      pinned: state.at !== null,
      label: label < 0 ? null : label
    };
  }

  function write(): void {
    const {scene} = street.value;
    const {x, y, pinned, label} = view.value;
    const {x: left, y: top, size: lensSize} = lens.value;
    // A point of a photograph would mean nothing to whom the link is sent.
    const isScene = "scene" in street.value.source;
    const placed = (x: number | null, y: number | null) =>
      isScene && x !== null && y !== null ? shareAt(x, y) : null;
    const hash = formatHash({
      backend: state.backend,
      ...rates.value,
      seed: scene.seed,
      ...editsOf(scene),
      opacity: overlay.valueAsNumber,
      only: label === null ? null : classes[label].name,
      at: pinned ? placed(x, y) : null,
      lens: placed(left, top),
      lensSize
    });
    bar.write(hash);
  }

  const state = readAddress();
  if (JSON.stringify(state) !== JSON.stringify(initialState)) show(state);
  for (const figure of [street, lens, rates, view, overlay])
    figure.addEventListener("input", write);
  document.addEventListener("pagereset", () => {
    board.clear();
    show({...initialState});
    write();
  });
}

/** A pixel of a street, and where it is in shares of the picture's width and height. */
function pixelAt({x, y}: {x: number; y: number}): {x: number; y: number} {
  const {width, height} = defaultSize;
  return {x: Math.round(x * (width - 1)), y: Math.round(y * (height - 1))};
}

function shareAt(x: number, y: number): {x: number; y: number} {
  const {width, height} = defaultSize;
  return {x: x / (width - 1), y: y / (height - 1)};
}
