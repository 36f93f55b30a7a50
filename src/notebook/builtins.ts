import * as Generators from "observable:runtime/stdlib/generators/index.js";
import {Mutable} from "observable:runtime/stdlib/mutable.js";

const root = document.querySelector("main") ?? document.body;

/**
 * What every cell can name without importing it. All of it is bundled with the site, so that no
 * page asks another origin for anything, and each library loads only where a cell names it.
 */
export const builtins = {
  dark: () => Generators.dark(),
  now: () => Generators.now(),
  width: () => Generators.width(root),
  Generators: () => Generators,
  Mutable: () => Mutable,
  Inputs: () => import("./inputs.ts"),
  d3: () => import("d3"),
  html: () => import("htl").then(({html}) => html),
  svg: () => import("htl").then(({svg}) => svg),
  md: () => import("observable:runtime/stdlib/md.js").then(({md}) => md),
  tex: () => import("./tex.ts").then(({tex}) => tex)
};
