import {readPhoto, type Photo} from "./photo.ts";

/** Where the reader hands over a photograph, and where one is shown. */
export interface PhotoPicker {
  /** The controls. */
  readonly element: HTMLElement;
  /** The photograph in place of the street; hidden while there is none. */
  readonly display: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly photo: Photo | null;
  /** Goes back to the street. */
  clear(): void;
}

const terms =
  "Your photograph stays on your device. The network was trained on daytime driving in one " +
  "city; elsewhere it will be wrong.";

/**
 * Returns controls that take a photograph: by choosing a file, by dropping one on *target*, or by
 * pasting one anywhere on the page. **onChange** is told when there is a new one, and when the
 * reader goes back to the street; a file that is refused says why in place and changes nothing.
 */
export function photoPicker(target: HTMLElement, onChange: () => void): PhotoPicker {
  const element = document.createElement("div");
  element.className = "photo-picker";
  element.innerHTML = `
    <p class="photo-ask"><button type="button" class="photo-choose">Choose a photograph</button>
      <button type="button" class="photo-back" hidden>Back to the street</button>
      <span>of a street of your own, or drop or paste one here.</span></p>
    <input type="file" accept="image/png,image/jpeg,image/webp" hidden>
    <p class="viz-error" role="alert" hidden></p>
    <p class="photo-terms">${terms}</p>`;
  const display = document.createElement("figure");
  display.className = "viz photo";
  display.hidden = true;
  display.innerHTML = `<canvas role="img"></canvas><figcaption></figcaption>`;

  const find = <E extends HTMLElement>(root: HTMLElement, selector: string) =>
    root.querySelector<E>(selector) as E;
  const input = find<HTMLInputElement>(element, "input");
  const problem = find(element, ".viz-error");
  const back = find(element, ".photo-back");
  const canvas = find<HTMLCanvasElement>(display, "canvas");
  let photo: Photo | null = null;
  let reading = 0;

  async function take(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    const turn = ++reading;
    try {
      const next = await readPhoto(file);
      if (turn === reading) show(next); // else a newer file was handed over meanwhile
    } catch (error) {
      if (turn !== reading) return;
      problem.textContent = (error as Error).message;
      problem.hidden = false;
    }
  }

  function show(next: Photo | null): void {
    photo = next;
    problem.hidden = true;
    display.hidden = back.hidden = next === null;
    if (next !== null) {
      const {name, width, height, picture} = next;
      canvas.width = picture.width;
      canvas.height = picture.height;
      const data = new ImageData(
        picture.data as Uint8ClampedArray<ArrayBuffer>,
        picture.width,
        picture.height
      );
      canvas.getContext("2d")?.putImageData(data, 0, 0);
      canvas.ariaLabel = `Your photograph, ${name}`;
      const kept =
        picture.width < width ? `, shown and saved at ${picture.width} × ${picture.height}` : "";
      find(display, "figcaption").textContent = `${name}: ${width} × ${height} pixels${kept}.`;
    }
    onChange();
  }

  find(element, ".photo-choose").addEventListener("click", () => {
    input.click();
  });
  back.addEventListener("click", () => {
    show(null);
  });
  input.addEventListener("change", () => {
    void take(input.files?.[0]);
    input.value = ""; // so that the same file can be chosen again
  });
  const carriesFile = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
  target.addEventListener("dragover", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    target.classList.add("dropping");
  });
  target.addEventListener("dragleave", (event) => {
    if (!target.contains(event.relatedTarget as Node | null)) target.classList.remove("dropping");
  });
  target.addEventListener("drop", (event) => {
    target.classList.remove("dropping");
    if (!carriesFile(event)) return;
    event.preventDefault();
    void take(event.dataTransfer?.files[0]);
  });
  document.addEventListener("paste", (event) => {
    const file = event.clipboardData?.files[0];
    if (file === undefined) return; // text, perhaps into a field
    event.preventDefault();
    void take(file);
  });

  return {
    element,
    display,
    canvas,
    get photo() {
      return photo;
    },
    clear() {
      if (photo !== null) show(null);
    }
  };
}
