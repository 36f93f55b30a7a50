/**
 * Returns the few of *names* that are most like *text*, the likest first: those it is a part of
 * come before those it must be edited into. No more than **most**.
 */
export function closeNames(text: string, names: readonly string[], most = 3): string[] {
  const wanted = text.toLowerCase();
  const distances = names.map((name) => {
    const known = name.toLowerCase();
    const isPart = wanted !== "" && known.includes(wanted);
    return {name, distance: isPart ? known.length / 1e6 : edits(wanted, known)};
  });
  return distances
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({name}) => name);
}

/** Letters to insert, delete or replace to make *a* into *b* (Levenshtein's distance). */
function edits(a: string, b: string): number {
  let row = Array.from({length: b.length + 1}, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, above[j] + 1, row[j - 1] + 1));
    }
  }
  return row[b.length];
}
