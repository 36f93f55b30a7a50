/**
 * Returns a seeded generator of numbers uniform in [0, 1): the mulberry32 recurrence, whose whole
 * state is one 32-bit word, so a checkpoint can store it as {@link RandomState.state}.
 *
 * ```js
 * const random = mulberry32(42);
 * random(); // 0.6011037519201636
 * ```
 */
export function mulberry32(seed: number): RandomState {
  const random = (() => {
    random.state = (random.state + 0x6d2b79f5) | 0;
    let t = Math.imul(random.state ^ (random.state >>> 15), 1 | random.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }) as RandomState;
  random.state = seed | 0;
  return random;
}

/** A generator whose state can be read, stored and set back. */
export interface RandomState {
  (): number;
  /** The 32-bit word from which the next number is made. */
  state: number;
}

/** Returns a standard normal number made from two uniform ones (Box–Muller). */
export function randomNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
