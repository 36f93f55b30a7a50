import {expect, it} from "vitest";
import {deviceWords} from "../../src/notebook/deviceWords.ts";

it.each([
  [
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    8,
    "Firefox 140 on Linux, 8 logical cores"
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0",
    16,
    "Edge 139 on Windows, 16 logical cores"
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    1,
    "Safari 18 on iOS, 1 logical core"
  ],
  [
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36",
    NaN,
    "Chrome 138 on Android"
  ],
  ["something else", 2, "a browser, 2 logical cores"]
])("reads %s", (userAgent, hardwareConcurrency, words) => {
  expect(deviceWords({userAgent, hardwareConcurrency})).toBe(words);
});
