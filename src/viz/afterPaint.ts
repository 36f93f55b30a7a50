/**
 * Returns a function that does *work* once the next frame has been painted, and **delay** more
 * milliseconds have passed: of calls that follow each other faster, only for the last. What a
 * gesture changes first is then seen first, and what takes as long again does not hold it up.
 */
export function afterPaint(work: () => void, {delay = 0}: {delay?: number} = {}): () => void {
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = requestAnimationFrame(() => {
      timer = setTimeout(work, delay);
    });
  };
}
