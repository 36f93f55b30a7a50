const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Returns *count* to three figures with its unit of thousands: "820", "3.94 k", "135 M". */
export function inThousands(count: number): string {
  const units = ["", "k", "M", "G", "T", "P"];
  let [value, unit] = [count, 0];
  while (Number(value.toPrecision(3)) >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 ? String(value) : value.toPrecision(3);
  return `${digits}${unit > 0 ? `\u00a0${units[unit]}` : ""}`;
}

/** Returns *value* to two figures, as a power of ten where it is small: "−0.25", "7.2 × 10⁻⁷". */
export function scientific(value: number): string {
  if (value === 0) return "0";
  if (value < 0) return `−${scientific(-value)}`;
  if (!(value < 0.01)) return String(Number(value.toPrecision(2)));
  const [digits, exponent] = value.toExponential(1).split("e-");
  const raised = [...exponent].map((digit) => superscripts[Number(digit)]).join("");
  return `${digits}\u00a0×\u00a010⁻${raised}`;
}

/** Returns a ratio as a factor: "3.1", or "16" where it has more than one digit before the point. */
export function factor(ratio: number): string {
  return ratio.toFixed(ratio < 9.95 ? 1 : 0);
}
