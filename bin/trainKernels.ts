import {mkdir, readdir, readFile, rename, stat, writeFile} from "node:fs/promises";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";
import {setFlagsFromString} from "node:v8";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const sources = join(root, "src/model/kernels/assembly");

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
  const names = (await readdir(sources)).filter((name) => name.endsWith(".ts"));
  const [to, ...from] = await Promise.all(
    [path, ...names.map((name) => join(sources, name))].map(modified)
  );
  if (!(to > Math.max(...from))) await compile(names, path, fused);
  return readFile(path);
}

async function modified(path: string): Promise<number> {
  return stat(path).then(
    ({mtimeMs}) => mtimeMs,
    () => -Infinity
  );
}

async function compile(names: readonly string[], path: string, fused: boolean): Promise<void> {
  const {default: asc} = await import("assemblyscript/asc");
  const texts = new Map<string, string>();
  for (const name of names) texts.set(name, await readFile(join(sources, name), "utf8"));
  let binary: Uint8Array | undefined;
  const options = ["-O3", "--enable", "simd", "--runtime", "stub", "--importMemory", "--noAssert"];
  if (fused) options.push("--enable", "relaxed-simd");
  const stderr = asc.createMemoryStream();
  const {error} = await asc.main(["kernels.ts", "-o", "kernels.wasm", ...options], {
    stderr,
    readFile: (name) => texts.get(name) ?? null,
    writeFile: (name, contents) => {
      if (name === "kernels.wasm" && typeof contents !== "string") binary = contents;
    },
    listFiles: () => []
  });
  if (error || !binary)
    throw new Error(`cannot compile the training kernels: ${error?.message}\n${stderr.toString()}`);
  await mkdir(dirname(path), {recursive: true});
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, binary);
  await rename(draft, path);
}
