import {openBrowserGpu} from "./browserGpu.ts";
import type {GroupComputer} from "./gpuCrew.ts";
import {InputError, messageOf} from "./inputError.ts";
import {openNodeGpu} from "./nodeGpu.ts";
import type {TaskData} from "./trainProtocol.ts";

/**
 * Returns what computes a task's groups on a GPU: in Node if that has one, else in a browser. One
 * that is emulated in *software* is much slower than WebAssembly, and counts only if asked for.
 *
 * Throws an InputError that says why there is none, and what to do.
 */
export async function openGpu(task: TaskData, software: boolean): Promise<GroupComputer> {
  const places = [
    ["Node", openNodeGpu],
    ["a browser", openBrowserGpu]
  ] as const;
  const reasons: string[] = [];
  for (const [place, open] of places) {
    try {
      return await open(task, software);
    } catch (error) {
      reasons.push(`in ${place}: ${messageOf(error)}`);
    }
  }
  throw new InputError(
    `no GPU for --backend webgpu (${reasons.join("; ")}): train with --backend wasm` +
      (software ? "" : ", or add --software-gpu to try with one that is emulated")
  );
}
