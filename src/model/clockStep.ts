/** Returns the steps in which the clock moves, in milliseconds: browsers make them coarse. */
export function stepOfClock(): number {
  let least = Infinity;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    let now = start;
    while (now === start) now = performance.now();
    least = Math.min(least, now - start);
  }
  return least;
}
