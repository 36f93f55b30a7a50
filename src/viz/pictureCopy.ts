/** A picture that a figure can be handed: whatever a canvas draws, or pixels as RGBA. */
export type PictureSource =
  | CanvasImageSource
  | {readonly width: number; readonly height: number; readonly data: Uint8ClampedArray};

/**
 * Copies *from* to the canvas *to*, at its natural size, so that its owner may draw on it again.
 * Throws a RangeError if it has no pixels (an image that has not loaded).
 */
export function copyPicture(from: PictureSource, to: HTMLCanvasElement): void {
  const {width, height} = naturalSize(from);
  if (!(width > 0 && height > 0)) throw new RangeError(`invalid picture: ${width}×${height}`);
  if (to.width !== width || to.height !== height) Object.assign(to, {width, height});
  const context = to.getContext("2d");
  if (!("data" in from)) context?.drawImage(from, 0, 0, width, height);
  else if (from instanceof ImageData) context?.putImageData(from, 0, 0);
  else context?.putImageData(new ImageData(new Uint8ClampedArray(from.data), width, height), 0, 0);
}

function naturalSize(from: PictureSource): {width: number; height: number} {
  if (from instanceof HTMLImageElement)
    return {width: from.naturalWidth, height: from.naturalHeight};
  if (from instanceof HTMLVideoElement) return {width: from.videoWidth, height: from.videoHeight};
  if (from instanceof SVGImageElement)
    return {width: from.width.baseVal.value, height: from.height.baseVal.value};
  if ("displayWidth" in from) return {width: from.displayWidth, height: from.displayHeight};
  return from;
}
