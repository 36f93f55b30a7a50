import {mkdir, readFile, rename, stat, writeFile} from "node:fs/promises";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "src/model/kernels/assembly/kernels.ts");
const compiled = join(root, ".cache/kernels.wasm");

/**
 * Returns training's inner loops as a WebAssembly module, compiled from AssemblyScript if they are
 * newer than the last compilation. Throws an Error with the compiler's messages if it fails.
 */
export async function compileKernels(): Promise<WebAssembly.Module> {
  const [from, to] = await Promise.all([modified(source), modified(compiled)]);
  if (!(to > from)) await compile();
  return new WebAssembly.Module(await readFile(compiled));
}

async function modified(path: string): Promise<number> {
  return stat(path).then(
    ({mtimeMs}) => mtimeMs,
    () => -Infinity
  );
}

async function compile(): Promise<void> {
  const {default: asc} = await import("assemblyscript/asc");
  const text = await readFile(source, "utf8");
  let binary: Uint8Array | undefined;
  const options = ["-O3", "--enable", "simd", "--runtime", "stub", "--importMemory", "--noAssert"];
  const stderr = asc.createMemoryStream();
  const {error} = await asc.main(["kernels.ts", "-o", "kernels.wasm", ...options], {
    stderr,
    readFile: (name) => (name === "kernels.ts" ? text : null),
    writeFile: (name, contents) => {
      if (name === "kernels.wasm" && typeof contents !== "string") binary = contents;
    },
    listFiles: () => []
  });
  if (error || !binary)
    throw new Error(`cannot compile the training kernels: ${error?.message}\n${stderr.toString()}`);
  await mkdir(dirname(compiled), {recursive: true});
  const draft = `${compiled}.${process.pid}`;
  await writeFile(draft, binary);
  await rename(draft, compiled);
}
