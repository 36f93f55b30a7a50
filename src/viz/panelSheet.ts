import type {Mark} from "./linkedPixels.ts";

/** One picture of a sheet, and the line of text above it. */
export interface Panel {
  title: string;
  canvas: HTMLCanvasElement;
  marks?: readonly Mark[];
}

export interface SheetColors {
  "--theme-background": string;
  "--theme-foreground": string;
  "--viz-tap": string;
  "--viz-field": string;
}

/**
 * Returns columns of panels, each as wide and high in units as the frame of its marks, as one
 * picture with *footer* below them: what a figure of several canvases saves.
 */
export function panelSheet(
  columns: readonly (readonly Panel[])[],
  {width, height, footer}: {width: number; height: number; footer: readonly string[]},
  colors: SheetColors
): HTMLCanvasElement {
  const [scale, space, line] = [2, 12, 18];
  const rows = Math.max(...columns.map((column) => column.length));
  const sheet = document.createElement("canvas");
  sheet.width = scale * (columns.length * (width + space) + space);
  sheet.height = scale * (rows * (height + line + space) + space + footer.length * line);
  const context = sheet.getContext("2d");
  if (!context) return sheet;
  context.scale(scale, scale);
  context.fillStyle = colors["--theme-background"];
  context.fillRect(0, 0, sheet.width, sheet.height);
  const text = (words: string, x: number, y: number, most: number) => {
    context.fillStyle = colors["--theme-foreground"];
    context.font = "12px sans-serif";
    context.fillText(words, x, y, most);
  };
  columns.forEach((column, i) =>
    column.forEach(({title, canvas, marks = []}, j) => {
      const [x, y] = [space + i * (width + space), space + j * (height + line + space)];
      text(title, x, y + 12, width);
      context.save();
      context.translate(x, y + line);
      context.drawImage(canvas, 0, 0, width, height);
      for (const {kind, d} of marks) drawMark(context, kind, new Path2D(d), colors);
      context.restore();
    })
  );
  footer.forEach((words, i) => {
    const y = space + rows * (height + line + space) + i * line + 8;
    text(words, space, y, sheet.width / scale - 2 * space);
  });
  return sheet;
}

function drawMark(
  context: CanvasRenderingContext2D,
  kind: Mark["kind"],
  path: Path2D,
  colors: SheetColors
): void {
  context.strokeStyle = "rgb(0 0 0 / 0.65)";
  context.lineWidth = 1.8;
  context.stroke(path);
  if (kind === "tap") {
    context.fillStyle = colors["--viz-tap"];
    context.fill(path);
  }
  context.strokeStyle = kind === "tile" ? colors["--viz-field"] : "#fff";
  context.lineWidth = kind === "tap" ? 0.5 : 0.9;
  context.stroke(path);
}
