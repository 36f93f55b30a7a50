import {canvasOf, paintLabels, type LabelMap} from "./labelLayers.ts";
import {pngBlob} from "./saveAs.ts";

/**
 * Returns *labels* as a PNG of *picture*'s size, in the packed *colors*: alone or, if **opacity**
 * is given, over the picture. Throws an Error if the browser has no memory for it.
 */
export async function labelFile(
  labels: LabelMap,
  picture: HTMLCanvasElement,
  colors: Uint32Array,
  {opacity}: {opacity?: number} = {}
): Promise<Blob> {
  const {width, height} = picture;
  const file = document.createElement("canvas");
  Object.assign(file, {width, height});
  const context = file.getContext("2d");
  if (!context) throw new Error(`this browser gives no canvas of ${width}×${height}`);
  if (opacity !== undefined) {
    context.drawImage(picture, 0, 0);
    context.globalAlpha = opacity;
  }
  context.imageSmoothingEnabled = false;
  const painted = canvasOf(paintLabels(labels, (label) => colors[label] ?? 0));
  context.drawImage(painted, 0, 0, width, height);
  return pngBlob(file);
}
