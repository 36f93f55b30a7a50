import {statSync} from "node:fs";
import {expect, it, vi} from "vitest";
import {runCommand} from "../../bin/commands.ts";
import {shippedWeights} from "../../bin/segmenter.ts";

it("the shipped weights are small, and know streets that they have not seen", async () => {
  expect(statSync(shippedWeights).size).toBeLessThan(1.5e6);
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    await runCommand(["evaluate", "--scenes", "8", "--seed", "500", "--json"]);
    const {mIoU, images} = JSON.parse(String(log.mock.calls[0][0]));
    expect(images).toBe(8);
    expect(mIoU).toBeGreaterThan(0.75); // .85 is asked over 200, where rare classes even out
  } finally {
    log.mockRestore();
  }
});
