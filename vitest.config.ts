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
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000
        }
      },
      {
        // A browser draws in software: two keep two cores busy. Files are not isolated from each
        // other, so that those of a process share its browser, and what they import.
        test: {
          name: "pages",
          environment: "node",
          include: ["test/pages/**/*.test.ts"],
          isolate: false,
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 180_000
        }
      }
    ]
  }
});
