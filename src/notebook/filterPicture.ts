import type {FilterPicture} from "../viz/index.ts";
import type {LessonStreet} from "./lessonStreet.ts";

/** Returns a street as filters read it: its luminance, and its colors as the network takes them. */
export function filterPicture({
  width,
  height,
  pixels,
  luminance
}: Pick<LessonStreet, "width" | "height" | "pixels" | "luminance">): FilterPicture {
  const data = new Float32Array(3 * width * height);
  for (let from = 0, to = 0; from < pixels.length; ++from)
    if (from % 4 < 3) data[to++] = pixels[from] / 127.5 - 1;
  return {
    luminance: {width, height, channels: 1, data: luminance},
    rgb: {width, height, channels: 3, data}
  };
}
