import {part} from "./view.ts";

/** How far a long computation is, with a button to stop it and to start it after all. */
export interface StopButton {
  readonly element: HTMLElement;
  /** Shows how far it is, in [0, 1]; null hides it. */
  progress(share: number | null): void;
  /** Offers to compute what was stopped. */
  stopped(): void;
}

/**
 * Returns a strip to lay over what is being computed: *label*, how far it is, and a button, of whose
 * presses **onPress** is told.
 */
export function stopButton(label: string, onPress: () => void): StopButton {
  const element = document.createElement("div");
  element.className = "viz-progress viz-stop";
  element.hidden = true;
  element.innerHTML = `<label>${label} <progress max="1"></progress></label>
    <button type="button"></button>`;
  const button = part(element, "button");
  button.addEventListener("click", onPress);

  function show(face: string, stopped: boolean): void {
    button.textContent = face;
    element.dataset.stopped = String(stopped);
  }

  return {
    element,
    progress(share) {
      element.hidden = share === null;
      show("Stop", false);
      part<HTMLProgressElement>(element, "progress").value = share ?? 0;
    },
    stopped: () => show("Compute it", true)
  };
}
