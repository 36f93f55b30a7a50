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

/** Units around panels, and of a line of text. */
const [SPACE, LINE] = [12, 18];

/**
 * Returns columns of panels, each as wide and high in units as the frame of its marks, as one
 * picture with *caption* below them: what a figure of several canvases saves. A null leaves a place
 * empty.
 */
export function panelSheet(
  columns: readonly (readonly (Panel | null)[])[],
  {width, height, caption}: {width: number; height: number; caption: string},
  colors: SheetColors
): HTMLCanvasElement {
  const scale = 2;
  const rows = Math.max(...columns.map((column) => column.length));
  const [across, down] = [width + SPACE, height + LINE + SPACE];
  const sheet = document.createElement("canvas");
  const context = sheet.getContext("2d");
  if (!context) return sheet;
  const font = "12px sans-serif";
  context.font = font;
  const lines = wrap(caption, columns.length * across - SPACE, context);
  sheet.width = scale * (columns.length * across + SPACE);
  sheet.height = scale * (rows * down + 2 * SPACE + lines.length * LINE);
  context.scale(scale, scale);
  context.font = font;
  context.fillStyle = colors["--theme-background"];
  context.fillRect(0, 0, sheet.width, sheet.height);
  const text = (words: string, x: number, y: number) => {
    context.fillStyle = colors["--theme-foreground"];
    context.fillText(words, x, y, columns.length * across);
  };
  columns.forEach((column, i) =>
    column.forEach((panel, j) => {
      if (!panel) return;
      const {title, canvas, marks = []} = panel;
      const [x, y] = [SPACE + i * across, SPACE + j * down];
      text(title, x, y + 12);
      context.save();
      context.translate(x, y + LINE);
      context.imageSmoothingEnabled = canvas.width >= width; // large pixels are to be seen as such
      context.drawImage(canvas, 0, 0, width, height);
      for (const {kind, d} of marks) drawMark(context, kind, new Path2D(d), colors);
      context.restore();
    })
  );
  lines.forEach((words, i) => text(words, SPACE, SPACE + rows * down + (i + 0.7) * LINE));
  return sheet;
}

/** Returns *text* in lines no wider than *width*. */
function wrap(text: string, width: number, context: CanvasRenderingContext2D): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    const longer = `${last} ${word}`;
    if (last === undefined || context.measureText(longer).width > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
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
