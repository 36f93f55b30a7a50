const browsers: [pattern: RegExp, name: string][] = [
  [/\bEdg\w*\/(\d+)/, "Edge"],
  [/\bOPR\/(\d+)/, "Opera"],
  [/\bFirefox\/(\d+)/, "Firefox"],
  [/Chrome\/(\d+)/, "Chrome"],
  [/\bVersion\/(\d+).*\bSafari\//, "Safari"]
];

const systems: [pattern: RegExp, name: string][] = [
  [/\bWindows\b/, "Windows"],
  [/\bAndroid\b/, "Android"],
  [/\b(iPhone|iPad|iPod)\b/, "iOS"],
  [/\bMac OS X\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"]
];

/**
 * Returns what a browser says of itself and of what it runs on, in words: "Firefox 140 on Linux, 8
 * logical cores". Browsers say less than the truth, for privacy; a part that is not known is left out.
 */
export function deviceWords({
  userAgent,
  hardwareConcurrency
}: Pick<Navigator, "userAgent" | "hardwareConcurrency">): string {
  const browser = browsers.flatMap(([pattern, name]) => {
    const version = pattern.exec(userAgent)?.[1];
    return version === undefined ? [] : [`${name} ${version}`];
  })[0];
  const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1];
  const cores = `${hardwareConcurrency} logical ${hardwareConcurrency === 1 ? "core" : "cores"}`;
  const where = [browser ?? "a browser", ...(system === undefined ? [] : [`on ${system}`])];
  return [where.join(" "), ...(hardwareConcurrency >= 1 ? [cores] : [])].join(", ");
}
