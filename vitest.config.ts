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
        // Each file has a browser of its own, which draws in software and waits a good part of the
        // time: two files keep two cores busy.
        test: {
          name: "pages",
          environment: "node",
          include: ["test/pages/**/*.test.ts"],
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 180_000
        }
      }
    ]
  }
});
