/** Returns a copy of *picture*, *width* pixels wide, as a URL that an SVG can hold. */
export function thumbnail(picture: HTMLCanvasElement, width: number): string {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = Math.round((width * picture.height) / picture.width);
  const context = canvas.getContext("2d");
  if (context) {
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  }
  return canvas.toDataURL("image/jpeg", 0.8);
}
