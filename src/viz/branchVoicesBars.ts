import type {LegendClass} from "./legend.ts";

export interface VoteBars {
  readonly element: HTMLCanvasElement;
  /** Draws *shares*, from −end to +end; the class that wins stands out. */
  draw(shares: ArrayLike<number>, end: number, winner: number, ink: string): void;
}

/** Returns a bar a class, up from zero for what is pushed and down for what is held back. */
export function voteBars(classes: readonly LegendClass[]): VoteBars {
  const canvas = document.createElement("canvas");
  canvas.className = "viz-voices-bars";
  canvas.setAttribute("role", "img");
  let last: Parameters<VoteBars["draw"]> | null = null;
  let [width, height] = [0, 0];

  function draw(): void {
    const context = canvas.getContext("2d");
    if (last === null || context === null || width === 0) return;
    const [shares, end, winner, ink] = last;
    const by = devicePixelRatio;
    const [across, down] = [Math.round(width * by), Math.round(height * by)];
    if (canvas.width !== across || canvas.height !== down)
      Object.assign(canvas, {width: across, height: down});
    context.setTransform(by, 0, 0, by, 0, 0);
    context.clearRect(0, 0, width, height);
    const wide = width / classes.length;
    const middle = height / 2;
    context.fillStyle = context.strokeStyle = ink;
    context.globalAlpha = 0.1;
    context.fillRect(winner * wide, 0, wide, height);
    context.globalAlpha = 1;
    context.lineWidth = 1;
    for (const [k, {color}] of classes.entries()) {
      const tall = (Math.max(-1, Math.min(1, shares[k] / end)) * (height - 2)) / 2;
      context.fillStyle = color;
      context.fillRect(k * wide + 1.5, middle - Math.max(0, tall), wide - 3, Math.abs(tall));
      context.globalAlpha = 0.45;
      context.strokeRect(k * wide + 1.5, middle - Math.max(0, tall), wide - 3, Math.abs(tall));
      context.globalAlpha = 1;
    }
    context.fillStyle = ink;
    context.fillRect(0, middle - 0.5, width, 1);
  }

  new ResizeObserver(([{contentRect}]) => {
    ({width, height} = contentRect);
    draw();
  }).observe(canvas);
  return {
    element: canvas,
    draw(...next) {
      last = next;
      draw();
    }
  };
}
