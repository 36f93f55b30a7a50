import {spawnSync} from "node:child_process";
import {existsSync, realpathSync} from "node:fs";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";
import {expect, it} from "vitest";
import {findBrowser} from "../../../scripts/browser.ts";
import type {NodeGpuReport} from "./nodeGpuProbe.ts";

/**
 * Returns an environment in which Node finds a driver of Vulkan: that which a Chromium ships for
 * GPUs emulated in software, where there is one, else the system's.
 */
function withVulkan(): NodeJS.ProcessEnv {
  const browser = findBrowser();
  // Debian's is started by a script that lies elsewhere.
  const folders = [...(browser ? [dirname(realpathSync(browser))] : []), "/usr/lib/chromium"];
  const folder = folders.find((path) => existsSync(join(path, "vk_swiftshader_icd.json")));
  if (!folder) return process.env;
  return {
    ...process.env,
    VK_ICD_FILENAMES: join(folder, "vk_swiftshader_icd.json"),
    LD_LIBRARY_PATH: folder
  };
}

// In a process of its own: where libraries are looked for is settled when it starts.
it("training on WebGPU in Node gives what WebAssembly gives, and rejects a lost GPU", ({skip}) => {
  const probe = fileURLToPath(new URL("nodeGpuProbe.ts", import.meta.url));
  const args = ["--import", import.meta.resolve("tsx"), probe];
  const run = spawnSync(process.execPath, args, {env: withVulkan(), encoding: "utf8"});
  expect(run.status, run.stderr).toBe(0);
  const report = JSON.parse(run.stdout) as NodeGpuReport;
  if ("missing" in report) return skip(`not tested: no WebGPU in Node here: ${report.missing}`);
  const [webgpu, wasm] = report.losses;
  expect(webgpu).toBeCloseTo(wasm, 5);
  expect(report.gradient).toBeLessThan(1e-4);
  expect(report.worst.share, report.worst.name).toBeLessThan(1e-3);
  expect(report.statistics).toBeLessThan(1e-5);
  expect(report.lost).toContain("the GPU was lost");
}, 180_000);
