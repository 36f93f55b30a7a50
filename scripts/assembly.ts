import {readdir, readFile, stat} from "node:fs/promises";
import {join} from "node:path";

/** AssemblyScript that is compiled to one module: a folder, and the file in it that exports. */
export interface Assembly {
  readonly folder: string;
  readonly entry: string;
  /** Options of the compiler, beside those that all of ours have. */
  readonly options?: readonly string[];
}

const COMMON = ["-O3", "--enable", "simd", "--runtime", "stub", "--noAssert"];

/** Returns the module's bytes. Throws an Error with the compiler's messages if it fails. */
export async function compileAssembly({
  folder,
  entry,
  options = []
}: Assembly): Promise<Uint8Array> {
  const {default: asc} = await import("assemblyscript/asc");
  const texts = new Map<string, string>();
  for (const name of await sourcesOf(folder))
    texts.set(name, await readFile(join(folder, name), "utf8"));
  let binary: Uint8Array | undefined;
  const stderr = asc.createMemoryStream();
  const {error} = await asc.main([entry, "-o", "out.wasm", ...COMMON, ...options], {
    stderr,
    readFile: (name) => texts.get(name) ?? null,
    writeFile: (name, contents) => {
      if (name === "out.wasm" && typeof contents !== "string") binary = contents;
    },
    listFiles: () => []
  });
  if (error || !binary)
    throw new Error(`cannot compile ${entry}: ${error?.message}\n${stderr.toString()}`);
  return binary;
}

/** Whether the file at *path* is missing, or older than one of the sources in *folder*. */
export async function isStale(path: string, folder: string): Promise<boolean> {
  const names = await sourcesOf(folder);
  const [to, ...from] = await Promise.all(
    [path, ...names.map((name) => join(folder, name))].map((file) =>
      stat(file).then(
        ({mtimeMs}) => mtimeMs,
        () => -Infinity
      )
    )
  );
  return !(to > Math.max(...from));
}

async function sourcesOf(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(".ts"));
}
