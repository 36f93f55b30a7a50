import {basename} from "node:path";
import eslint from "@eslint/js";
import globals from "globals";
import tseslint from "typescript-eslint";

export const tensors = {
  // The address of a backend's WebAssembly is a file, and code of ours that hosts it may name it.
  regex: String.raw`^@tensorflow/(?!.*\.wasm\?url$)`,
  message:
    "In src/model, only {execute,backend,segment,gradients,inputGradients,effectiveReceptiveField," +
    "steeredExecution,timedPasses}.ts, kernels/ and train/ use TensorFlow.js."
};
const pages = {
  group: ["**/viz/*", "**/viz/**", "**/notebook/*", "**/notebook/**"],
  message: "src/model knows nothing of figures and pages."
};
const drawing = {
  group: ["d3", "d3-*", "@observablehq/*", "katex", "@napi-rs/*", "node:*"],
  message: "src/model is numbers in, numbers out: no d3, no DOM, no files."
};
const modelValues = {
  // Types of src/model are free to use; values only from the two files of pure constants and
  // functions.
  group: ["**/model/**", "!**/model/classes.ts", "!**/model/logits.ts"],
  allowTypeImports: true,
  message: "A figure is handed numbers: import types from src/model, nothing that computes."
};
const node = {
  group: ["node:*", "@napi-rs/*"],
  message: "Code that needs Node lives in bin/."
};

export const restrictImports = (...patterns) => ({
  "@typescript-eslint/no-restricted-imports": ["error", {patterns}]
});

/** A file is named after what it is: not a drawer, and in camelCase. */
const fileName = {
  create: (context) => ({
    Program(node) {
      const name = basename(context.filename).split(".")[0];
      if (/^(utils?|utilit(y|ies)|helpers?|common|misc|shared|stuff)$/i.test(name)) {
        context.report({node, message: `Name the file after what it is, not ${name}.`});
      } else if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) {
        context.report({node, message: `File names are camelCase: ${name}`});
      }
    }
  })
};

/** What every TypeScript file of ours obeys, cells of notebooks included. */
export const typescript = [
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    rules: {
      "no-undef": "off", // the compiler's task
      eqeqeq: ["error", "always", {null: "ignore"}],
      "no-var": "error",
      "prefer-const": "error",
      "no-control-regex": "off", // formats of files have control characters
      "object-shorthand": "error",
      "@typescript-eslint/consistent-type-imports": ["error", {fixStyle: "inline-type-imports"}],
      "@typescript-eslint/consistent-type-definitions": "error",
      "@typescript-eslint/unbound-method": "off", // ours are plain objects and closures
      "@typescript-eslint/prefer-optional-chain": "error",
      "@typescript-eslint/no-unused-vars": ["error", {argsIgnorePattern: "^_"}],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        {allowNumber: true, allowBoolean: true, allowNullish: true, allowArray: true}
      ]
    }
  }
];

export default tseslint.config(
  {
    ignores: [
      "dist",
      "lib", // written by scripts/library.ts
      ".cache",
      "coverage",
      "out",
      "src/model/*/assembly", // another language, with a compiler of its own
      "src/model/crf/fieldBytes.ts", // written by scripts/assemble.ts
      "scripts/cellGlobals.d.ts" // part of the cells' project alone
    ]
  },
  {
    files: ["**/*.ts"],
    extends: [typescript],
    languageOptions: {
      parserOptions: {projectService: true, tsconfigRootDir: import.meta.dirname}
    }
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    extends: [eslint.configs.recommended],
    languageOptions: {globals: globals.node}
  },

  {
    files: ["**/*.{ts,js,mjs}"],
    plugins: {house: {rules: {"file-name": fileName}}},
    rules: {"house/file-name": "error"}
  },

  // The layers. A rule set for a file replaces the one before it, so each block is complete.
  {
    files: ["src/scenes/**/*.ts"],
    rules: restrictImports(tensors, pages, drawing)
  },
  {
    files: ["src/notebook/**/*.ts"],
    rules: restrictImports(tensors, node)
  },
  {
    files: ["src/viz/**/*.ts"],
    rules: restrictImports(tensors, node, modelValues)
  },
  {
    files: ["bin/**/*.ts"],
    rules: restrictImports(tensors)
  },
  {
    files: ["src/model/**/*.ts"],
    rules: {
      ...restrictImports(tensors, pages, drawing),
      "no-restricted-globals": [
        "error",
        {name: "fetch", message: "src/model is handed bytes; who calls it fetches them."},
        {name: "self", message: "src/model does not know where it runs."},
        {name: "document", message: "src/model draws nothing."},
        {name: "window", message: "src/model does not know where it runs."}
      ]
    }
  },
  {
    files: [
      "src/model/{execute,backend,segment,gradients,inputGradients,effectiveReceptiveField}.ts",
      "src/model/steeredExecution.ts",
      "src/model/timedPasses.ts",
      "src/model/kernels/**/*.ts",
      "src/model/train/**/*.ts"
    ],
    rules: restrictImports(pages, drawing)
  },

  // Tests poke at values that are wrong on purpose, and read what page.evaluate returns.
  {
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-explicit-any": "off",
      "@typescript-eslint/require-await": "off"
    }
  }
);
