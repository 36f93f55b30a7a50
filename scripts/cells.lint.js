// Lint of cells that scripts/cells.ts has extracted.

import tseslint from "typescript-eslint";
import {restrictImports, tensors, typescript} from "../eslint.config.js";

export default tseslint.config({
  files: ["**/*.ts"],
  extends: [typescript],
  languageOptions: {
    parserOptions: {projectService: true, tsconfigRootDir: import.meta.dirname}
  },
  rules: {
    ...restrictImports(tensors),
    // A cell that is one expression displays it.
    "@typescript-eslint/no-unused-expressions": "off",
    // `const x = await y` is how a cell waits, and the runtime waits for what a cell exports.
    "@typescript-eslint/no-floating-promises": "off"
  }
});
