import {describe, expect, it} from "vitest";
import {history} from "../../src/viz/history.ts";

describe("history", () => {
  it("undoes and redoes, and forgets the future at a new push", () => {
    const steps = history("a");
    steps.push("b");
    steps.push("c");
    steps.undo();
    expect(steps.present).toBe("b");
    steps.redo();
    expect(steps.present).toBe("c");
    steps.undo();
    steps.push("d");
    expect(steps.canRedo).toBe(false);
    steps.undo();
    steps.undo();
    expect(steps.present).toBe("a");
    expect(steps.canUndo).toBe(false);
  });

  it("takes a gesture as one step, until it settles", () => {
    const steps = history(0);
    for (const x of [1, 2, 3]) steps.push(x, "drag");
    steps.settle();
    for (const x of [4, 5]) steps.push(x, "drag");
    steps.undo();
    expect(steps.present).toBe(3);
    steps.undo();
    expect(steps.present).toBe(0);
  });

  it("does nothing at either end, and keeps no more than its limit", () => {
    const steps = history(0, {limit: 2});
    steps.undo();
    steps.redo();
    expect(steps.present).toBe(0);
    for (const x of [1, 2, 3, 4]) steps.push(x);
    for (let i = 0; i < 9; ++i) steps.undo();
    expect(steps.present).toBe(2);
    expect(() => history(0, {limit: NaN})).toThrow(RangeError);
  });
});
