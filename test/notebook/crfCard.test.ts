import {describe, expect, it} from "vitest";
import {stepper, tinyStreet} from "../../src/notebook/crfCard.ts";

const street = tinyStreet();
const labels = street.colors.length;

/** How many pixels beliefs have wrong. */
function wrong(Q: Float32Array): number {
  return street.truth.reduce((count, label, i) => {
    const own = Q.subarray(i * labels, (i + 1) * labels);
    return count + Number(own.indexOf(Math.max(...own)) !== label);
  }, 0);
}

describe("the card of the lesson on CRFs", () => {
  it("has every label, and beliefs that are rough", () => {
    expect(new Set(street.truth).size).toBe(labels);
    for (let i = 0; i < street.truth.length; i++) {
      const row = street.beliefs.subarray(i * labels, (i + 1) * labels);
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    }
    expect(wrong(street.beliefs)).toBeGreaterThan(30);
  });

  it("mends most of what is wrong, and begins with the beliefs it is given", () => {
    const next = stepper(street);
    const all = Array.from({length: 7}, next);
    all[0].forEach((belief, i) => expect(belief).toBeCloseTo(street.beliefs[i], 4));
    const counts = all.map(wrong);
    expect(counts[0]).toBe(wrong(street.beliefs));
    for (const i of [1, 2, 3]) expect(counts[i]).toBeLessThan(counts[i - 1]);
    expect(counts[3]).toBeLessThan(counts[0] / 4);
    expect(new Set(all.map((Q) => Q.join())).size).toBe(7);
  });
});
