import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {createContext} from "../../bin/canvas.ts";
import {openGpuPage, type GpuPage} from "../../bin/gpuPage.ts";
import {VOID} from "../../src/model/classes.ts";
import {defaultSize, labelAgreement, labelScene, randomScene} from "../../src/scenes/index.ts";
import type {probe as Probe} from "./streetProbe.ts";

declare const probe: typeof Probe;

let host: GpuPage;
beforeAll(async () => {
  host = await openGpuPage(new URL("streetProbe.ts", import.meta.url), true);
});
afterAll(async () => host?.close());

describe("a street in a browser", () => {
  it("is the same scene as in Node, and agrees on 99.5 % of the labels", async () => {
    for (const seed of [0, 17, 1_000_000, 1_000_001, 1_000_002, 1_000_003]) {
      const found = await host.page.evaluate((s) => probe.street(s), seed);
      const scene = randomScene(seed);
      expect(found.scene).toBe(JSON.stringify(scene));
      const expected = labelScene(createContext, scene, defaultSize);
      const labels = Uint8Array.from(found.labels);
      expect(labelAgreement(labels, expected), `street ${seed}`).toBeGreaterThan(0.995);
      // Agreement counts what is void in neither: that must be nearly everything.
      const voids = labels.filter((label) => label === VOID).length;
      expect(voids).toBeLessThan(0.15 * labels.length);
    }
  });
});
