import {defineConfig} from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          environment: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/pages/**"],
          testTimeout: 60_000,
          hookTimeout: 60_000
        }
      },
      {
        // Pages share two cores with a browser that draws in software: one file at a time.
        test: {
          name: "pages",
          environment: "node",
          include: ["test/pages/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000
        }
      }
    ]
  }
});
