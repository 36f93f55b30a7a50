/** Returns a share in [0, 1] in words: "31 %", "0.4 %", "< 0.1 %", with as many digits as matter. */
export function percent(share: number): string {
  if (share === 0) return "0 %";
  if (share < 0.001) return "< 0.1 %";
  return `${share < 0.0995 ? (share * 100).toFixed(1) : Math.round(share * 100)} %`;
}
