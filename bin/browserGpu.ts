import type {GroupJob} from "../src/model/train/webgpuGroup.ts";
import type {GroupComputer} from "./gpuCrew.ts";
import {openGpuPage} from "./gpuPage.ts";
import {messageOf} from "./inputError.ts";
import type {gpu as Gpu} from "./train.page.ts";
import type {TaskData} from "./trainProtocol.ts";

declare const gpu: typeof Gpu;

/**
 * Returns what computes groups on the GPU of an installed Chromium, Chrome or Edge, in a page that
 * nobody sees. Throws an Error that says why it cannot be had: what {@link openGpuPage} misses, or
 * no GPU, or only one that is emulated where *software* will not do.
 */
export async function openBrowserGpu(
  {network, loss, classWeights}: TaskData,
  software: boolean
): Promise<GroupComputer> {
  const host = await openGpuPage(new URL("train.page.ts", import.meta.url), software);
  const task = {network, loss, classWeights: [...classWeights], software};
  try {
    await host.page.evaluate((given) => gpu.open(given), task);
  } catch (error) {
    await host.close();
    // Of what the page throws, its own words.
    throw new Error(/Error: (.*)/.exec(messageOf(error))?.[1] ?? messageOf(error), {cause: error});
  }
  return {
    async compute({samples, trained, gradient, statistics, seed}: GroupJob) {
      const {height, width, pixels, labels} = samples;
      host.input = [trained, pixels, labels];
      const count = labels.length / (height * width);
      const request = {seed, count, size: [height, width]} as const;
      const result = await host.page.evaluate((given) => gpu.computeGroup(given), request);
      statistics.set(host.output.subarray(0, statistics.length));
      gradient.set(host.output.subarray(statistics.length));
      return {...result, confusion: Uint32Array.from(result.confusion)};
    },
    close: () => host.close()
  };
}
