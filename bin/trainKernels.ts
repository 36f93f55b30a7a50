import {mkdir, readFile, rename, writeFile} from "node:fs/promises";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";
import {setFlagsFromString} from "node:v8";
import {compileAssembly, isStale} from "../scripts/assembly.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(root, "src/model/kernels/assembly");

/** How training's inner loops are compiled. */
export interface KernelOptions {
  /** Whether multiply and add are fused (relaxed SIMD). Default: where this engine can. */
  readonly fused?: boolean;
}

/**
 * Returns training's inner loops as a WebAssembly module, compiled from AssemblyScript if they are
 * newer than the last compilation. Throws an Error with the compiler's messages if it fails.
 */
export async function compileKernels({fused}: KernelOptions = {}): Promise<WebAssembly.Module> {
  if (fused !== false) {
    // V8 has relaxed SIMD since 11.4 without this flag; Node 20's 11.3 has it finished behind it.
    setFlagsFromString("--experimental-wasm-relaxed-simd");
    const bytes = await compiledBytes(true);
    if (fused || WebAssembly.validate(bytes)) return new WebAssembly.Module(bytes);
  }
  return new WebAssembly.Module(await compiledBytes(false));
}

async function compiledBytes(fused: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const path = join(root, ".cache", fused ? "kernels-fused.wasm" : "kernels.wasm");
  if (await isStale(path, folder)) {
    const options = ["--importMemory", ...(fused ? ["--enable", "relaxed-simd"] : [])];
    const bytes = await compileAssembly({folder, entry: "kernels.ts", options});
    await mkdir(dirname(path), {recursive: true});
    const draft = `${path}.${process.pid}`;
    await writeFile(draft, bytes);
    await rename(draft, path);
  }
  return readFile(path);
}
