import {mkdtempSync, readdirSync, rmSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import type {Browser, BrowserContextOptions, Page} from "playwright-core";
import {build} from "vite";
import {afterAll, afterEach, beforeAll, describe, expect, it} from "vitest";
import {taps} from "../../src/viz/taps.ts";
import {launch, serve, watchPage, type Host, type Watch} from "./browser.ts";

/** What test/viz/page.ts leaves on the window. */
declare const editor: any, prediction: any, steering: any, predict: any, events: any, files: any;

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const theme = fileURLToPath(new URL("../../src/notebook/theme.css", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "figures-"));
let host: Host;
let browser: Browser;
let page: Page;
let watch: Watch;

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: "error",
    root: folder,
    build: {
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      cssCodeSplit: false,
      lib: {
        entry: [fileURLToPath(new URL("../viz/page.ts", import.meta.url))],
        formats: ["es"],
        fileName: () => "page.js",
        cssFileName: "page"
      }
    }
  });
  await build({
    configFile: false,
    logLevel: "error",
    root: folder,
    build: {outDir: folder, emptyOutDir: false, rollupOptions: {input: theme}}
  });
  const assets = readdirSync(join(folder, "assets")).filter((name) => name.endsWith(".css"));
  writeFileSync(
    join(folder, "index.html"),
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Figures</title>
    <meta name="viewport" content="width=device-width">
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="assets/${assets[0]}"><link rel="stylesheet" href="page.css">
    <style>body{margin:16px;background:var(--theme-background)}</style>
    <body style="min-height:3000px"><main></main><script type="module" src="page.js"></script></body></html>`
  );
  host = await serve({folder});
  browser = await launch({gpu: false});
});

afterEach(async () => {
  await page.context().close();
  expect(watch).toMatchObject({console: [], errors: [], failed: []});
});

afterAll(async () => {
  await browser?.close();
  await host?.close();
  rmSync(folder, {recursive: true, force: true});
});

async function open(options: BrowserContextOptions = {}): Promise<void> {
  const context = await browser.newContext({viewport: {width: 800, height: 900}, ...options});
  page = await context.newPage();
  watch = watchPage(page, host.url);
  await page.goto(host.url);
  await page.waitForFunction(() => document.querySelector(".viz-rates") !== null);
  await frames();
}

/** Waits until what was asked for is drawn. */
async function frames(): Promise<void> {
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  );
}

/** A pixel of the screen at which an object that can be moved is the front-most, and its id. */
async function graspable(): Promise<{id: number; x: number; y: number}> {
  const found = await page.evaluate(() => {
    const {editor, scenes} = window as any;
    const size = {width: 257, height: 193};
    const stage = editor.querySelector(".viz-objects").getBoundingClientRect();
    const near = editor.value.objects.toSorted((a: any, b: any) => a.depth - b.depth);
    for (const {id, kind} of near) {
      if (kind !== "car" && kind !== "pedestrian" && kind !== "bicyclist") continue;
      const box = scenes.objectBox(editor.value, id, size);
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      if (x < 40 || x > 217 || y < 0 || scenes.objectAt(editor.value, x, y, size) !== id) continue;
      const scale = stage.width / 257;
      return {id, x: stage.x + x * scale, y: stage.y + y * scale};
    }
    return null;
  });
  if (!found) throw new Error("nothing to grasp in this street");
  return found;
}

const place = (id: number) =>
  page.evaluate((of) => {
    const {x, depth} = editor.value.objects.find((object: any) => object.id === of);
    return {x, depth};
  }, id);
const eventsOf = (name: string) =>
  page.evaluate((of) => events.filter((event: string) => event === of).length, name);
const announced = () => page.locator(".viz-scene [role=status]").textContent();

describe("sceneEditor", () => {
  it("drags an object with the mouse, as one step to undo", async () => {
    await open();
    const {id, x, y} = await graspable();
    const before = await place(id);
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let i = 1; i <= 5; ++i) {
      await page.mouse.move(x + 6 * i, y + 2 * i);
      await frames();
    }
    expect(await page.locator(".viz-selected").count()).toBe(1);
    await page.mouse.up();
    expect(await place(id)).not.toEqual(before);
    expect(await eventsOf("editor")).toBeGreaterThan(0);
    expect(await announced()).toMatch(/at \d+ % from the left/);

    await page.getByRole("button", {name: "Undo"}).click();
    expect(await place(id)).toEqual(before);
    expect(await page.getByRole("button", {name: "Undo"}).isDisabled()).toBe(true);
    await page.getByRole("button", {name: "Redo"}).click();
    expect(await place(id)).not.toEqual(before);
  });

  it("is worked by the keyboard alone, and lets it go", async () => {
    await open();
    await page.keyboard.press("Tab");
    expect(await announced()).toMatch(/selected/);
    const count = await page.evaluate(() => editor.value.objects.length);
    for (let i = 0; i < 3; ++i) await page.keyboard.press("]");
    const option = page.getByRole("option", {selected: true});
    expect(await option.count()).toBe(1);
    const events = await eventsOf("editor");
    for (const key of ["ArrowDown", "ArrowLeft", "Shift+ArrowRight"])
      await page.keyboard.press(key);
    expect(await eventsOf("editor")).toBeGreaterThan(events);
    await page.keyboard.press("Delete");
    expect(await page.evaluate(() => editor.value.objects.length)).toBe(count - 1);
    await page.keyboard.press("Control+z");
    expect(await page.evaluate(() => editor.value.objects.length)).toBe(count);
    await page.keyboard.press("]");
    await page.keyboard.press("Escape");
    await frames();
    expect(await page.locator(".viz-selected").count()).toBe(0);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Add");
  });

  it("adds by menu, removes, changes the light, and resets", async () => {
    await open();
    const first = await page.evaluate(() => JSON.stringify(editor.value));
    const count = JSON.parse(first).objects.length;
    await page.getByRole("button", {name: "Add"}).press("ArrowDown");
    await page.keyboard.press("p");
    await page.keyboard.press("Enter");
    const kinds = await page.evaluate(() => editor.value.objects.map((o: any) => o.kind));
    expect([kinds.length, kinds.at(-1)]).toEqual([count + 1, "pedestrian"]);
    await page.getByRole("button", {name: "Remove"}).click();
    expect(await page.evaluate(() => editor.value.objects.length)).toBe(count);

    await page.getByRole("button", {name: "Light"}).click();
    const other = page.getByRole("menuitemradio", {checked: false}).last();
    const light = await other.textContent();
    await other.click();
    expect(await page.evaluate(() => editor.value.light)).toBe(light);
    await page.getByRole("button", {name: "Light"}).click();
    await page.keyboard.press("Escape");
    expect(await page.getByRole("menu").count()).toBe(0);

    await page.getByRole("button", {name: "New street"}).click();
    expect(await page.evaluate(() => editor.value.seed)).toBe(4);
    await page.locator(".viz-scene [data-do=reset]").click();
    expect(await page.evaluate(() => JSON.stringify(editor.value))).toBe(first);
  });

  it("is silent when its value is assigned", async () => {
    await open();
    await page.evaluate(() => {
      editor.value = {...editor.value, objects: []};
      prediction.value = {x: 3, y: 4, pinned: true, label: 2};
      steering.value = {scale: 2, outputStride: 8};
    });
    expect(await page.evaluate(() => [events.length, prediction.value, steering.value])).toEqual([
      0,
      {x: 3, y: 4, pinned: true, label: 2},
      {scale: 2, outputStride: 8}
    ]);
    expect(await page.getByRole("option").count()).toBe(0);
  });

  it("lets a finger drag what it is on, and scroll the page elsewhere", async () => {
    await open({viewport: {width: 390, height: 700}, hasTouch: true, isMobile: true});
    const {id, x, y} = await graspable();
    const before = await place(id);
    const client = await page.context().newCDPSession(page);
    async function swipe(fromX: number, fromY: number, dx: number, dy: number): Promise<void> {
      const send = (
        type: "touchStart" | "touchMove" | "touchEnd",
        points: {x: number; y: number}[]
      ) => client.send("Input.dispatchTouchEvent", {type, touchPoints: points});
      await send("touchStart", [{x: fromX, y: fromY}]);
      for (let i = 1; i <= 8; ++i) {
        await send("touchMove", [{x: fromX + (dx * i) / 8, y: fromY + (dy * i) / 8}]);
        await frames();
      }
      await send("touchEnd", []);
      await frames();
    }
    await swipe(x, y, 30, 16);
    expect(await place(id)).not.toEqual(before);
    expect(await page.evaluate(() => scrollY)).toBe(0);
    const free = await page.evaluate(() => {
      const {editor, scenes} = window as any;
      const size = {width: 257, height: 193};
      const boxes = editor.value.objects.map(({id}: any) =>
        scenes.objectBox(editor.value, id, size)
      );
      const movable = new Set(scenes.addableKinds.map(({kind}: any) => kind));
      const stage = editor.querySelector(".viz-objects").getBoundingClientRect();
      for (let y = 183; y > 90; y -= 10)
        for (let x = 20; x < 240; x += 10) {
          const far = (b: any, i: number) =>
            !movable.has(editor.value.objects[i].kind) ||
            x < b.x - 20 ||
            x > b.x + b.width + 20 ||
            y < b.y - 20 ||
            y > b.y + b.height + 20;
          const scale = stage.width / 257;
          if (boxes.every(far)) return {x: stage.x + x * scale, y: stage.y + y * scale};
        }
      return null;
    });
    if (!free) throw new Error("this street is full");
    await swipe(free.x, free.y, 0, -90);
    await page.waitForFunction(() => scrollY > 20);
  });

  it("rings what was changed, but not where motion is unwelcome", async () => {
    await open();
    await page.getByRole("button", {name: "Add"}).press("ArrowDown");
    await page.keyboard.press("Enter");
    expect(await page.locator(".viz-flash").count()).toBe(1);
    await page.waitForFunction(() => document.querySelector(".viz-flash") === null);
    await page.emulateMedia({reducedMotion: "reduce"});
    await page.getByRole("button", {name: "Add"}).press("ArrowDown");
    await page.keyboard.press("Enter");
    await frames();
    expect(await page.locator(".viz-flash").count()).toBe(0);
  });
});

describe("segmentationView", () => {
  /** The color at a share of the way across and down the stage, as it is on its canvas. */
  const color = (x: number, y: number) =>
    page.evaluate(
      ([u, v]) => {
        const canvas = prediction.querySelector("canvas") as HTMLCanvasElement;
        const copy = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
        copy?.drawImage(canvas, Math.round(-u * canvas.width), Math.round(-v * canvas.height));
        const pixel = copy?.getImageData(0, 0, 1, 1).data;
        return [...(pixel ?? [])].join();
      },
      [x, y]
    );
  const pixels = () =>
    page.evaluate(() => (prediction.querySelector("canvas") as HTMLCanvasElement).toDataURL());

  it("reads the pixel pointed at, pins it, and lets go", async () => {
    await open();
    const stage = page.locator(".viz-pointing");
    await stage.scrollIntoViewIfNeeded();
    const box = await stage.boundingBox();
    if (!box) throw new Error("no stage");
    const readout = page.locator(".viz-readout");
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.9);
    expect(await readout.textContent()).toMatch(/^road 80 %.* 2\.0 %.* 2\.0 %right$/);
    expect(await page.evaluate(() => prediction.value)).toMatchObject({x: 205, y: 173});
    await page.mouse.move(box.x + box.width * 0.1, box.y + box.height * 0.1);
    expect(await readout.textContent()).toMatch(/^sky 80 %.*in truth car$/);
    await page.mouse.click(box.x + box.width * 0.1, box.y + box.height * 0.1);
    await page.mouse.move(0, 0);
    expect(await page.evaluate(() => prediction.value)).toMatchObject({x: 25, y: 19, pinned: true});
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => prediction.value)).toMatchObject({x: 26, y: 29, pinned: true});
    await page.keyboard.press("Escape");
    expect(await page.evaluate(() => prediction.value)).toMatchObject({x: null, pinned: false});
    expect(await eventsOf("prediction")).toBeGreaterThan(5);
  });

  it("isolates a class, hatches mistakes, and fades, without an event for the last two", async () => {
    await open();
    const plain = [await color(0.9, 0.1), await color(0.9, 0.9), await color(0.1, 0.7)];
    const road = page.locator(".viz-legend").getByRole("button", {name: "road"});
    await road.click();
    await frames();
    expect(await road.getAttribute("aria-pressed")).toBe("true");
    expect(await color(0.9, 0.1)).not.toBe(plain[0]);
    expect(await color(0.9, 0.9)).toBe(plain[1]);
    expect(await page.evaluate(() => prediction.value.label)).toBe(3);
    await road.press("Escape");
    await frames();
    expect(await color(0.9, 0.1)).toBe(plain[0]);

    const heard = await eventsOf("prediction");
    const before = await pixels();
    await page.getByRole("button", {name: "Mistakes"}).click();
    await frames();
    expect(await pixels()).not.toBe(before);
    expect(await color(0.9, 0.9)).toBe(plain[1]); // no mistake there
    await page.locator(".viz-segmentation input").fill("0");
    await page.getByRole("button", {name: "Mistakes"}).click();
    await frames();
    expect(await color(0.9, 0.9)).not.toBe(plain[1]);
    expect(await eventsOf("prediction")).toBe(heard);
  });

  it("says progress and errors in place, and keeps the picture", async () => {
    await open();
    const before = await pixels();
    await page.evaluate(() => prediction.progress({loaded: 650_000, total: 1_300_000}));
    expect(await page.getByRole("progressbar").getAttribute("value")).toBe("650000");
    expect(await page.locator(".viz-progress").textContent()).toContain("0.65 of 1.30 MB");
    await page.evaluate(() => prediction.error("The weights are truncated."));
    expect(await page.getByRole("alert").textContent()).toBe("The weights are truncated.");
    await frames();
    expect(await pixels()).toBe(before);
    const refusal = await page.evaluate(() => {
      try {
        prediction.update({picture: new ImageData(9, 9), labels: new Uint8Array(5)});
        return "";
      } catch (error) {
        return String(error);
      }
    });
    expect(refusal).toBe("RangeError: invalid labels: 5 for 257×193");
    await page.evaluate(() => predict());
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(await page.getByRole("progressbar").count()).toBe(0);
  });

  it("states what it shows in its caption and its text alternative", async () => {
    await open();
    expect(await page.locator(".viz-segmentation figcaption").textContent()).toBe(
      "The network is right about 67 % of the pixels; " +
        "mean intersection over union (mIoU) 0.50 over 2 classes. It took 12 ms."
    );
    const image = page.locator(".viz-segmentation").getByRole("img");
    expect(await image.getAttribute("aria-label")).toMatch(
      /^Prediction: road 50 %, sky 50 %\. The/
    );
  });

  it("saves mask and overlay at the picture's own size", async () => {
    await open();
    await page.getByRole("button", {name: "Save mask"}).click();
    await page.getByRole("button", {name: "Save overlay"}).click();
    await page.waitForFunction(() => files.length === 2);
    const saved = await page.evaluate(async () => {
      const read = async ({name, file}: {name: string; file: Blob}) => {
        const {width, height} = await createImageBitmap(file);
        const canvas = Object.assign(document.createElement("canvas"), {width, height});
        const context = canvas.getContext("2d", {willReadFrequently: true});
        context?.drawImage(await createImageBitmap(file), 0, 0);
        const data = new Uint32Array(context?.getImageData(0, 0, width, height).data.buffer ?? []);
        return {name, width, height, colors: new Set(data).size};
      };
      return Promise.all(files.map(read));
    });
    expect(saved[0]).toEqual({name: "segmentation-mask.png", width: 514, height: 386, colors: 2});
    expect(saved[1]).toMatchObject({name: "segmentation-overlay.png", width: 514, height: 386});
    expect(saved[1].colors).toBeGreaterThan(100);
  });
});

describe("rateSteering", () => {
  it("steers by slider, number and stride, and draws the taps that this makes", async () => {
    await open();
    const range = page.getByRole("slider", {name: "Atrous rates, scaled"});
    const number = page.getByRole("spinbutton");
    const used = page.locator(".viz-used strong");
    expect(await used.textContent()).toBe("3, 6, 9");
    await range.fill("2");
    expect(await used.textContent()).toBe("6, 12, 18");
    await page.getByRole("radio", {name: "8", exact: true}).check();
    expect(await page.evaluate(() => steering.value)).toEqual({scale: 2, outputStride: 8});
    expect(await used.textContent()).toBe("12, 24, 36");
    expect(await eventsOf("steering")).toBe(2);

    const hollow = [12, 24, 36].map(
      (rate) => taps(rate, {x: 16, y: 12, width: 33, height: 25}).filter((t) => !t.inside).length
    );
    const drawn = await page
      .locator(".viz-panel")
      .evaluateAll((panels) => panels.map((p) => p.querySelectorAll(".viz-hollow").length));
    expect(drawn).toEqual(hollow);

    await number.fill("40");
    expect(await page.evaluate(() => steering.value.scale)).toBe(2);
    await number.press("Enter");
    expect(await page.evaluate(() => steering.value.scale)).toBe(4);
    expect(await number.inputValue()).toBe("4");
    expect(await page.locator(".viz-bound").textContent()).toContain("×4 is the most");
    await page.locator(".viz-rates [data-do=reset]").click();
    expect(await page.evaluate(() => steering.value)).toEqual({scale: 1, outputStride: 16});
    const refusals = await page.evaluate(() =>
      [
        {scale: NaN, outputStride: 16},
        {scale: 1, outputStride: 4}
      ].map((value) => {
        try {
          steering.value = value;
          return "";
        } catch (error) {
          return String(error);
        }
      })
    );
    expect(refusals).toEqual([
      "RangeError: invalid scale: NaN (0.5 to 4)",
      "RangeError: invalid output stride: 4 (32, 16, 8)"
    ]);
  });

  it("moves the kernels by arrow keys without changing its value, and saves an SVG", async () => {
    await open();
    await page.locator(".viz-diagram").focus();
    const count = () => page.locator(".viz-hollow").count();
    const before = await count();
    for (let i = 0; i < 8; ++i) await page.keyboard.press("Shift+ArrowLeft");
    expect(await count()).toBeGreaterThan(before);
    await page.keyboard.press("Escape");
    expect(await count()).toBe(before);
    expect(await eventsOf("steering")).toBe(0);
    await page.getByRole("button", {name: "Save SVG"}).click();
    const text = await page.evaluate(() => files[0].file.text());
    expect(text).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(text).not.toContain("light-dark(");
  });
});

describe("all figures", () => {
  it.each(["light", "dark"] as const)("have nothing for axe to report, in %s", async (scheme) => {
    await open({colorScheme: scheme});
    await page.locator(".viz-legend button").first().click();
    await page.getByRole("slider", {name: "Atrous rates, scaled"}).fill("4");
    await page.getByRole("button", {name: "Add"}).click();
    await page.addScriptTag({path: axe});
    const violations = await page.evaluate(async () => {
      const {violations} = await (window as any).axe.run(document, {
        rules: {region: {enabled: false}, "page-has-heading-one": {enabled: false}}
      });
      return violations.map((v: any) => `${v.id}: ${v.nodes.map((n: any) => n.html).join()}`);
    });
    expect(violations).toEqual([]);
  });

  it("fit 360 pixels, with targets of 44", async () => {
    await open({viewport: {width: 360, height: 700}});
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const small = await page.locator("button:visible, input:visible").evaluateAll((controls) =>
      controls.flatMap((control) => {
        const {width, height} = control.getBoundingClientRect();
        return Math.round(width) < 44 || Math.round(height) < 44 ? [control.outerHTML] : [];
      })
    );
    expect(small).toEqual([]);
  });
});
