import {createHash} from "node:crypto";
import {readdirSync, readFileSync} from "node:fs";
import {join, relative, resolve, sep} from "node:path";
import {fileURLToPath} from "node:url";
import {build, type Plugin} from "vite";

const entry = fileURLToPath(new URL("../src/notebook/serviceWorker.ts", import.meta.url));
const fileName = "serviceWorker.js";

/** A file of the site: its address, and what tells its versions apart unless its name does. */
export interface SiteFile {
  readonly url: string;
  readonly revision: string | null;
}

/**
 * Returns the files of the built site in *folder* that a reader may come to need, in order of their
 * addresses. Pictures for link previews and fonts for browsers of the past are not among them.
 */
export function siteFiles(folder: string): SiteFile[] {
  return readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .map((path) => ({path, url: relative(folder, path).split(sep).join("/")}))
    .filter(({url}) => url !== fileName && !/^social\.png$|\.(ttf|woff)$/.test(url))
    .toSorted((a, b) => (a.url < b.url ? -1 : 1))
    .map(({path, url}) => ({
      url,
      // What is in assets has a hash in its name.
      revision: url.startsWith("assets/")
        ? null
        : createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 16)
    }));
}

/** Builds the service worker of the site in *folder* into it; it knows the files that are there. */
export async function buildServiceWorker(folder: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: "error",
    publicDir: false,
    define: {
      SITE_FILES: JSON.stringify(siteFiles(folder)),
      "process.env.NODE_ENV": '"production"' // Workbox else reports what it does to the console.
    },
    build: {
      outDir: folder,
      emptyOutDir: false,
      lib: {entry, formats: ["iife"], name: "serviceWorker", fileName: () => fileName}
    }
  });
}

/** Adds the service worker to what is built. */
export function offline(): Plugin {
  let folder = "";
  return {
    name: "offline",
    apply: "build",
    configResolved({root, build: {outDir}}) {
      folder = resolve(root, outDir);
    },
    closeBundle: () => buildServiceWorker(folder)
  };
}
