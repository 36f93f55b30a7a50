/** Offers *blob* to the reader as a file of that *name*, by the browser's own download. */
export function saveAs(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  // The download reads the URL after this task: revoked at once, some browsers save nothing.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Returns *canvas* as a PNG; throws an Error if the browser cannot encode it (out of memory). */
export async function pngBlob(canvas: HTMLCanvasElement): Promise<Blob> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error(`cannot encode a PNG of ${canvas.width}×${canvas.height}`);
  return blob;
}

/** Returns *svg*, with the colors and fonts it is seen in, as a file that stands alone. */
export function svgBlob(svg: SVGSVGElement): Blob {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const shown = svg.querySelectorAll<SVGElement>("*");
  copy.querySelectorAll<SVGElement>("*").forEach((element, i) => {
    const style = getComputedStyle(shown[i]);
    for (const property of inlined)
      element.style.setProperty(property, style.getPropertyValue(property));
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.style.backgroundColor = getComputedStyle(document.body).backgroundColor;
  return new Blob([new XMLSerializer().serializeToString(copy)], {type: "image/svg+xml"});
}

const inlined = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-opacity",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "display"
];
