import {fileURLToPath} from "node:url";
import {config, observable} from "@observablehq/notebook-kit/vite";
import {defineConfig, type Plugin} from "vite";
import {offline} from "./scripts/offline.ts";
import {pages} from "./src/notebook/pages.ts";
import {renderPage, renderSections} from "./src/notebook/page.ts";
import {renderProse} from "./src/notebook/prose.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * The headers that make a page cross-origin isolated, so that WebAssembly may use threads. Hosts
 * that do not send them serve the same site, on one thread.
 */
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp"
};

const aliases = config().resolve?.alias as {find: RegExp; replacement: string}[];

/**
 * TensorFlow.js starts its threads from the source text of a function that reads a variable of the
 * scope around it, `_scriptDir`, which it expects to find undefined there. Minified, the name would
 * be another one; without its declaration, it stays as it is.
 */
const threads: Plugin = {
  name: "threads",
  transform(code, id) {
    if (!/tfjs-backend-wasm-threaded-simd\.js$/.test(id)) return null;
    const free = code
      .replace(/var _scriptDir = .*;\n/, "")
      .replace(/if \(typeof __filename .*\n/, "");
    if (free === code)
      this.error("TensorFlow.js no longer declares _scriptDir: see vite.config.ts");
    return {code: free, map: null};
  }
};

export default defineConfig({
  root: path("notebooks"),
  publicDir: path("public"),
  base: "./",
  appType: "mpa",
  resolve: {
    alias: [
      // Notebook Kit's built-ins come from a CDN, and its themes follow the system's colors but not
      // the reader's choice: ours stand in. Of its other aliases, none but its own files are needed.
      {find: /^observable:runtime$/, replacement: path("src/notebook/runtime.ts")},
      {find: /^observable:styles\/theme-air\.css$/, replacement: path("src/notebook/theme.css")},
      ...aliases.filter(({find}) => String(find).includes("observable:"))
    ]
  },
  plugins: [
    observable({
      template: path("src/notebook/template.html"),
      transformTemplate: (template, {filename}) => renderPage(template, filename),
      transformNotebook: (notebook) => ({
        ...notebook,
        // One stylesheet holds both of the notebook's themes.
        theme: "air",
        cells: notebook.cells.map((cell) => ({
          ...renderProse(cell),
          pinned: cell.mode === "ts" || cell.mode === "js" // shown by the "show code" switch
        }))
      })
    }),
    {name: "sections", transformIndexHtml: {order: "pre", handler: renderSections}},
    offline()
  ],
  build: {
    outDir: path("dist"),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500, // TensorFlow.js's backends, each in a chunk of its own
    rolldownOptions: {
      input: pages.map(({file}) => path(`notebooks/${file}`)),
      // The figures' index has no effect but their styles, which site.ts brings to every page: without
      // it, a page loads the figures that it uses and no others.
      treeshake: {moduleSideEffects: [{test: /\/src\/viz\/index\.ts$/, sideEffects: false}]}
    }
  },
  // What the pages import is in their cells, where Vite does not look for it.
  optimizeDeps: {
    include: [
      "@observablehq/inputs",
      "@observablehq/inspector",
      "@observablehq/runtime",
      "@tensorflow/tfjs-backend-cpu",
      "@tensorflow/tfjs-backend-wasm",
      "@tensorflow/tfjs-backend-webgl",
      "@tensorflow/tfjs-backend-webgpu",
      "@tensorflow/tfjs-core",
      "d3",
      "htl",
      "katex",
      "ml-matrix"
    ]
  },
  worker: {format: "es", plugins: () => [threads]},
  server: {headers, fs: {allow: [path(".")]}},
  preview: {headers}
});
