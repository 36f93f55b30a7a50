import {gzipSync} from "node:zlib";
import {createCanvas} from "@napi-rs/canvas";
import type {BrowserContextOptions, Page} from "playwright-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {initialState} from "../../src/notebook/permalink.ts";
import {objectAt, objectBox, randomScene} from "../../src/scenes/index.ts";
import {launch, watchPage} from "./browser.ts";
import {axeViolations, poll, site, sound, type Opened} from "./sitePage.ts";

const size = {width: 257, height: 193};

const pages = site("", settled);
const {open} = pages;

/** Waits until figure *i* shows a prediction and waits for no newer one. */
async function settled(page: Page, i = 0): Promise<void> {
  await page.waitForFunction((i) => {
    const figure = document.querySelectorAll(".viz-segmentation")[i];
    const caption = figure?.querySelector("figcaption")?.textContent ?? "";
    return caption.trim().length > 0 && figure.ariaBusy !== "true";
  }, i);
}

/** Scrolls to the lens, and waits until the CRF is done. */
async function lensRests(page: Page): Promise<void> {
  await page.locator(".viz-boundary-lens").scrollIntoViewIfNeeded();
  await page.waitForFunction(
    () => document.querySelector(".viz-boundary-lens")?.ariaBusy === "false"
  );
}

/** What figure *i* says about its prediction. */
const caption = (page: Page, i = 0) =>
  page.locator(".viz-segmentation figcaption").nth(i).innerText();

/** The labels' shares, as the legend has them: different for different predictions. */
const shares = (page: Page, i = 0) => page.locator(".viz-legend").nth(i).innerText();

/** Does something and returns whether the prediction of figure *i* has then changed. */
async function changes(page: Page, action: () => Promise<unknown>, i = 0): Promise<boolean> {
  const before = await shares(page, i);
  await action();
  return page
    .waitForFunction(
      ([before, i]) =>
        (document.querySelectorAll(".viz-legend")[i] as HTMLElement).innerText !== before,
      [before, i] as const,
      {timeout: 60_000}
    )
    .then(
      () => true,
      () => false
    );
}

/**
 * The tasks of the page's main thread in a trace, in milliseconds of its own processor time: time
 * that the thread spent waiting for a processor would say how busy the machine is, not the page.
 */
function mainThreadTasks(trace: Buffer): number[] {
  interface Event {
    ph: string;
    name: string;
    pid: number;
    tid: number;
    tdur?: number;
    args: {name?: string};
  }
  const {traceEvents} = JSON.parse(trace.toString()) as {traceEvents: Event[]};
  const threads = new Set(
    traceEvents
      .filter(({name, args}) => name === "thread_name" && args.name === "CrRendererMain")
      .map(({pid, tid}) => `${pid} ${tid}`)
  );
  return traceEvents
    .filter(
      ({ph, name, pid, tid}) => ph === "X" && /RunTask/.test(name) && threads.has(`${pid} ${tid}`)
    )
    .map(({tdur = 0}) => tdur / 1000);
}

/** A page for all the tests of a block, closed at its end. */
function shared(hash = "", options: BrowserContextOptions = {}): Opened {
  const opened = {} as Opened;
  beforeAll(async () => {
    Object.assign(opened, await open(hash, options));
  });
  afterAll(async () => {
    await opened.page?.context().close();
  });
  return opened;
}

/** A pixel of the opening scene that shows its nearest car, in shares of the picture. */
function carAt(): {x: number; y: number} {
  const scene = randomScene(initialState.seed);
  const cars = scene.objects.filter(({kind}) => kind === "car");
  for (const {id} of cars.sort((a, b) => a.depth - b.depth)) {
    const {x, y, width, height} = objectBox(scene, id, size);
    const [px, py] = [x + width / 2, y + height * 0.6];
    if (objectAt(scene, px, py, size) === id) return {x: px / size.width, y: py / size.height};
  }
  throw new Error("the opening scene shows no car to drag");
}

describe("the page as it opens", () => {
  const opened = shared();

  it("asks no other origin for anything, says nothing, and no cell is in error", async () => {
    const {page, watch} = opened;
    await page.locator("footer.site").scrollIntoViewIfNeeded();
    await settled(page, 1);
    await lensRests(page);
    // The words follow the labels by a frame.
    await poll(() => page.locator(".viz-boundary-lens figcaption").textContent()).toMatch(
      /wrong with the encoder alone, [\d,]+ with the decoder, [\d,]+ with the CRF\. In the whole/
    );
    expect(watch).toEqual(sound);
    expect(await page.locator(".observablehq--error").count()).toBe(0);
    expect(await caption(page)).toMatch(/\d+ % of the pixels.*\d\.\d\d over \d+ classes/);
  });

  it("shows backend and time, description, language, icon and contents", async () => {
    const {page} = opened;
    expect(await page.locator("#network-status").innerText()).toMatch(/^Web\w+.* · \d+ ms$/);
    expect(await page.title()).toMatch(/^Seeing with holes · /);
    expect(await page.locator("meta[name=description]").getAttribute("content")).toBeTruthy();
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    expect(await page.locator("header nav li a").count()).toBeGreaterThan(0);
    for (const selector of ["link[rel=icon]", "meta[property='og:image']"]) {
      const tag = page.locator(selector).first();
      const path = (await tag.getAttribute("href")) ?? (await tag.getAttribute("content"));
      const response = await page.request.get(new URL(path ?? "", page.url()).href);
      expect(response.status(), selector).toBe(200);
    }
  });

  it("has no wider content than a window of 360 pixels, code shown or not", async () => {
    const {page} = opened;
    await page.setViewportSize({width: 360, height: 740});
    for (const shown of ["false", "true"]) {
      const toggle = page.locator("#show-code");
      if ((await toggle.getAttribute("aria-checked")) !== shown) await toggle.click();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, `code shown: ${shown}`).toBeLessThanOrEqual(360);
    }
    await page.locator("#show-code").click();
    await page.setViewportSize({width: 1280, height: 900});
  });

  it("follows a car that is dragged", {retry: 2}, async () => {
    const {page} = opened;
    const stage = page.locator(".viz-scene .viz-stage");
    await stage.scrollIntoViewIfNeeded();
    const box = await stage.boundingBox();
    if (box === null) throw new Error("no stage");
    const car = carAt();
    const [x, y] = [box.x + car.x * box.width, box.y + car.y * box.height];
    await pages.browser.startTracing(page, {categories: ["toplevel"]});
    await page.mouse.move(x, y);
    await page.mouse.down();
    const seen = new Set<string>();
    for (let i = 1; i <= 40; ++i) {
      await page.mouse.move(x + 3 * i, y + 2 * i);
      if (i % 4 === 0) await page.waitForTimeout(100);
      seen.add(await shares(page));
    }
    await page.mouse.up();
    expect(seen.size, "predictions while dragging").toBeGreaterThan(3);
    const tasks = mainThreadTasks(await pages.browser.stopTracing());
    expect(tasks.length, "tasks traced").toBeGreaterThan(100);
    expect(Math.max(...tasks), "milliseconds that the page was blocked").toBeLessThan(50);
  });
});

describe("by keyboard alone", () => {
  const opened = shared();
  /** Presses Tab until the focus is on what *selector* names. */
  async function tabTo(selector: string): Promise<void> {
    const {page} = opened;
    for (let i = 0; i < 120; ++i) {
      if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`no way by Tab to ${selector}`);
  }
  const press = async (...keys: string[]) => {
    for (const key of keys) await opened.page.keyboard.press(key);
  };

  it("moves, adds and removes things, changes the light, undoes, and draws a new street", async () => {
    const {page} = opened;
    const once = (...keys: string[]) => changes(page, () => press(...keys));
    await tabTo(".viz-objects");
    expect(await once("]", "Shift+ArrowLeft", "Shift+ArrowDown", "Shift+ArrowDown")).toBe(true);
    expect(await once("Delete")).toBe(true);
    expect(await once("Control+z")).toBe(true);
    await tabTo(".viz-menu button");
    expect(await once("Enter", "Enter")).toBe(true); // add the first kind of the menu
    await tabTo("[data-do=undo]");
    expect(await once("Enter")).toBe(true);
    await tabTo("[data-do=street]");
    expect(await once("Enter")).toBe(true);
    await poll(() => page.url()).toMatch(/seed=/);
  });

  it("reads the prediction, isolates a class, sets the overlay, and saves", async () => {
    const {page} = opened;
    await tabTo(".viz-pointing");
    await press("ArrowRight", "Enter");
    await poll(() => page.url()).toMatch(/at=/);
    await tabTo(".viz-segmentation input[type=range]");
    await press("ArrowLeft");
    await poll(() => page.url()).toMatch(/opacity=/);
    for (const kind of ["mask", "overlay"]) {
      await tabTo(`[data-do=${kind}]`);
      const download = page.waitForEvent("download");
      await press("Enter");
      expect((await download).suggestedFilename()).toMatch(/\.png$/);
    }
    await tabTo(".viz-legend button");
    await press("Enter");
    await poll(() => page.url()).toMatch(/only=sky/);
  });

  it("chooses a photograph", async () => {
    const chooser = opened.page.waitForEvent("filechooser");
    await tabTo(".photo-choose");
    await press("Enter");
    await chooser;
  });

  it("turns the rates and the output stride", async () => {
    const {page} = opened;
    await tabTo(".viz-rates input[type=range]");
    await settled(page, 1);
    expect(await changes(page, () => press("End"), 1)).toBe(true);
    expect(await caption(page, 1)).toMatch(/Rates 12, 24, 36 at output stride 16 change/);
    await tabTo(".viz-segmented input");
    expect(await changes(page, () => press("ArrowRight"), 1)).toBe(true);
    await poll(() => page.url()).toMatch(/scale=4&stride=8/);
  });

  it("resets, and finds the theme and the code", async () => {
    const {page, watch} = opened;
    await page.evaluate(() => {
      (document.activeElement as HTMLElement).blur();
      document.querySelector<HTMLElement>(".home")?.focus();
    });
    await tabTo("#show-code");
    await press("Enter");
    expect(await page.locator("pre code").first().isVisible()).toBe(true);
    await tabTo("#reset-page");
    await press("Enter");
    await poll(() => new URL(page.url()).hash).toBe("");
    await tabTo("#theme");
    await press("ArrowDown", "ArrowDown");
    expect(await page.evaluate(() => getComputedStyle(document.body).colorScheme)).toBe("dark");
    expect(watch).toEqual(sound);
  });
});

describe("axe-core", () => {
  for (const colorScheme of ["light", "dark"] as const) {
    it(`finds nothing in ${colorScheme}`, async () => {
      const {page, watch} = await open("", {colorScheme, reducedMotion: "reduce"});
      await page.locator("footer.site").scrollIntoViewIfNeeded();
      await settled(page, 1);
      await page.locator("#show-code").click();
      expect(await axeViolations(page)).toEqual([]);
      // Under reduced motion nothing moves, after a change either.
      await changes(page, () => page.locator(".viz-scene [data-do=street]").click());
      expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
      expect(watch).toEqual(sound);
      await page.context().close();
    });
  }
});

describe("the network's memory", () => {
  const limit = {timeout: 600_000};
  it(
    "is the same before and after 200 slider moves over every rate and stride",
    limit,
    async () => {
      const {page, watch} = await open();
      await lensRests(page);
      await page.locator(".viz-rates").scrollIntoViewIfNeeded();
      await settled(page, 1);
      const memory = () => page.evaluate(() => (globalThis as any).network.memory());
      const before = await memory();
      expect(before.numTensors).toBeGreaterThan(0);
      const moves = await page.evaluate(async () => {
        const range = document.querySelector<HTMLInputElement>(".viz-rates input[type=range]");
        const strides = document.querySelectorAll<HTMLInputElement>(".viz-segmented input");
        const view = document.querySelectorAll(".viz-segmentation")[1];
        if (range === null) throw new Error("no slider");
        const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
        let moves = 0;
        for (const stride of strides) {
          stride.click();
          for (let i = 0; i < 67; ++i, ++moves) {
            range.valueAsNumber = 0.5 + ((i * 0.1) % 3.6);
            range.dispatchEvent(new Event("input", {bubbles: true}));
            do await frame();
            while (view.ariaBusy === "true");
          }
        }
        return moves;
      });
      expect(moves).toBeGreaterThanOrEqual(200);
      expect(await memory()).toEqual(before);
      expect(watch).toEqual(sound);
      await page.context().close();
    }
  );
});

describe("photographs", () => {
  const opened = shared();
  const file = (name: string, mimeType: string, buffer: Buffer) => ({name, mimeType, buffer});
  const choose = (chosen: ReturnType<typeof file>) =>
    opened.page.locator(".photo-picker input").setInputFiles(chosen);

  function png(width: number, height: number): Buffer {
    const canvas = createCanvas(width, height);
    const context = canvas.getContext("2d");
    context.fillStyle = "#8ab";
    context.fillRect(0, 0, width, height / 2);
    context.fillStyle = "#555";
    context.fillRect(0, height / 2, width, height / 2);
    return canvas.toBuffer("image/png");
  }

  it("that are none are refused in place, and what was on screen stays", async () => {
    const {page} = opened;
    const huge = png(16, 16);
    huge.writeUInt32BE(12000, 16);
    huge.writeUInt32BE(9000, 20);
    const damaged = Buffer.concat([png(64, 64).subarray(0, 60), Buffer.alloc(200, 7)]);
    const before = await shares(page);
    const cases: [ReturnType<typeof file>, RegExp][] = [
      [file("notes.jpg", "image/jpeg", Buffer.from("hello")), /notes\.jpg: not a picture.*JPEG/],
      [file("dot.png", "image/png", png(1, 1)), /1×1.*16×16/],
      [file("huge.png", "image/png", huge), /12000×9000.*50 megapixels/],
      [file("a.gif", "image/gif", Buffer.from("GIF89a\x01\0\x01\0")), /GIF files are not read/],
      [file("bad.png", "image/png", damaged), /bad\.png: a PNG file.*damaged/]
    ];
    for (const [chosen, words] of cases) {
      await choose(chosen);
      await poll(() => page.locator(".photo-picker .viz-error").innerText()).toMatch(words);
      expect(await shares(page)).toBe(before);
      expect(await page.locator(".viz-scene").isVisible()).toBe(true);
    }
  });

  it("are segmented when chosen, dropped or pasted, and left again", async () => {
    const {page} = opened;
    const street = await shares(page);
    expect(await changes(page, () => choose(file("road.png", "image/png", png(640, 360))))).toBe(
      true
    );
    expect(await caption(page)).toMatch(/^The network sees/);
    expect(await page.locator(".photo figcaption").innerText()).toMatch(/road\.png: 640 × 360/);
    expect(await page.locator(".photo-picker .viz-error").isVisible()).toBe(false);
    for (const [type, target, height] of [
      ["drop", ".figure-pair", 200],
      ["paste", "body", 400]
    ] as const) {
      await page.evaluate(
        async ([type, target, base64, name]) => {
          const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
          const data = new DataTransfer();
          data.items.add(new File([bytes], name, {type: "image/png"}));
          const init = {bubbles: true, cancelable: true};
          document
            .querySelector(target)
            ?.dispatchEvent(
              type === "drop"
                ? new DragEvent(type, {...init, dataTransfer: data})
                : new ClipboardEvent(type, {...init, clipboardData: data})
            );
        },
        [type, target, png(300, height).toString("base64"), `${type}.png`] as const
      );
      await poll(() => page.locator(".photo figcaption").innerText()).toContain(
        `${type}.png: 300 × ${height}`
      );
    }
    await page.locator(".photo-back").click();
    await poll(() => shares(page)).toBe(street);
    expect(opened.watch).toEqual(sound);
  });

  it("are turned the way up that their EXIF data say", async () => {
    const jpeg = createCanvas(64, 32).toBuffer("image/jpeg");
    const exif = Buffer.from(
      "ffe1002245786966000049492a0008000000010012010300010000000600000000000000",
      "hex"
    );
    const turned = Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)]);
    await choose(file("turned.jpg", "image/jpeg", turned));
    await poll(() => opened.page.locator(".photo figcaption").innerText()).toContain(
      "turned.jpg: 32 × 64"
    );
  });
});

describe("the address", () => {
  it("brings back what was shared, and says what is wrong with it", async () => {
    const {page, watch} = await open(
      "#v=1&seed=12&scale=2.5&stride=7&light=dusk&dog=1&lens=0.25,0.5&lensSize=32"
    );
    expect(await page.locator(".viz-summary").innerText()).toMatch(/Street 12, dusk/);
    expect(await page.locator(".viz-rates input[type=number]").inputValue()).toBe("2.5");
    expect(await page.locator(".notices").innerText()).toMatch(/stride=7.*one of 32, 16, 8/);
    expect(await page.locator(".notices p").count()).toBe(1);
    const lens = () =>
      page.locator(".viz-boundary-lens").evaluate((figure) => (figure as any).value as object);
    expect(await lens()).toEqual({x: 64, y: 96, size: 32, marks: true});
    await page.evaluate(() => (location.hash = "#v=1&seed=13"));
    await poll(() => page.locator(".viz-summary").innerText()).toMatch(/Street 13/);
    expect(await lens()).toMatchObject({x: null, y: null, size: 48});
    expect(await page.locator(".notices p").count()).toBe(0);
    expect(watch).toEqual(sound);
    await page.context().close();
  });
});

describe("when something is missing", () => {
  it("reads whole with scripts blocked, formulas included", async () => {
    const {page, watch} = await open("", {javaScriptEnabled: false, waits: false});
    const text = await page.locator("main").innerText();
    expect(text.split(/\s+/).length).toBeGreaterThan(300);
    expect(await page.locator("main .katex").count()).toBeGreaterThan(3);
    expect(text).not.toMatch(/\$/);
    expect(await page.locator(".noscript").isVisible()).toBe(true);
    expect(watch).toEqual(sound);
    await page.context().close();
  });

  it(
    "runs without WebGPU, and says so to a reader who asked for it",
    {timeout: 400_000},
    async () => {
      // A page of a host that is not trusted has no navigator.gpu.
      const other = await launch({args: ["--host-resolver-rules=MAP street.test 127.0.0.1"]});
      const url = pages.host.url.replace("127.0.0.1", "street.test");
      const page = await other.newPage();
      page.setDefaultTimeout(300_000);
      const watch = watchPage(page, url);
      await page.goto(`${url}#backend=webgpu`);
      await settled(page);
      expect(await page.evaluate(() => "gpu" in navigator)).toBe(false);
      expect(await page.locator(".notices").innerText()).toMatch(/no webgpu; wasm computes/);
      expect(await page.locator("#network-status").innerText()).toMatch(/WebAssembly/);
      expect(watch).toEqual(sound);
      await other.close();
    }
  );

  it("goes on when the WebGL context is lost, and says so", {timeout: 300_000}, async () => {
    const other = await launch();
    const page = await other.newPage();
    page.setDefaultTimeout(120_000);
    const watch = watchPage(page, pages.host.url);
    await page.goto(`${pages.host.url}#backend=webgl`);
    await settled(page);
    expect(await page.locator("#network-status").innerText()).toMatch(/WebGL/);
    await page.evaluate(() => (globalThis as any).network.loseDevice());
    const before = await shares(page);
    await page.locator(".viz-scene [data-do=street]").click();
    await page.locator(".notices p").waitFor();
    expect(await page.locator(".notices").innerText()).toMatch(/webgl was lost; cpu computes/);
    await settled(page);
    expect(await shares(page)).not.toBe(before);
    expect(watch.errors).toEqual([]);
    await other.close();
  });

  it("says in place that the weights are missing or cut off", async () => {
    const weights = "**/*.safetensors";
    for (const [answer, words] of [
      [{status: 404, body: "none"}, /404/],
      [{status: 200, body: Buffer.alloc(1000, 1)}, /safetensors|header|weights/i]
    ] as const) {
      const context = await pages.browser.newContext();
      await context.route(weights, (route) => route.fulfill(answer));
      const page = await context.newPage();
      const watch = watchPage(page, pages.host.url);
      await page.goto(pages.host.url);
      await poll(() => page.locator(".viz-segmentation .viz-error").first().innerText()).toMatch(
        words
      );
      expect(await page.locator(".viz-scene canvas").isVisible()).toBe(true);
      expect(watch.errors).toEqual([]);
      await context.close();
    }
  });
});

describe("the site's weight", () => {
  it("is at most 250 kB of script before the first figure that needs tensors", async () => {
    const context = await pages.browser.newContext();
    const page = await context.newPage();
    await page.goto(pages.host.url);
    await settled(page);
    const requested = await page.evaluate(() =>
      performance.getEntriesByType("resource").map(({name}) => name)
    );
    // The window's list has the worker's own modules too, so follow imports from the page.
    const seen = new Set<string>();
    let bytes = 0;
    async function follow(text: string, base: string): Promise<void> {
      for (const [, path] of text.matchAll(/(?:from|import|src=)\s*\(?["'`](\.\/[^"'`]+\.js)/g)) {
        const url = new URL(path, base).href;
        if (seen.has(url) || !requested.includes(url)) continue;
        seen.add(url);
        const body = await (await page.request.get(url)).text();
        expect(body.includes("tensorflow"), url).toBe(false);
        bytes += gzipSync(body).length;
        await follow(body, url);
      }
    }
    await follow(await (await page.request.get(pages.host.url)).text(), pages.host.url);
    expect(seen.size).toBeGreaterThan(5);
    expect(bytes).toBeLessThan(250_000);
    await context.close();
  });
});
