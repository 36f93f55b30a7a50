import katex from "katex";

/** The parts of a notebook cell that rendering prose reads. */
export interface ProseCell {
  mode: string;
  value: string;
}

/** Renders one TeX formula to HTML with MathML beside it; throws KaTeX's error if it is wrong. */
function formula(source: string, displayMode: boolean): string {
  return katex.renderToString(source, {displayMode, throwOnError: true, output: "htmlAndMathml"});
}

/**
 * Writes the punctuation in the text of *html* as character references, so that Markdown reads no
 * emphasis, link or escape into a rendered formula. Tags stay as they are.
 */
function shieldFromMarkdown(html: string): string {
  return html.replace(/>([^<]+)</g, (_, text: string) => {
    const shielded = text.replace(
      /&[#\w]+;|[^\w\s]|_/g,
      (match) => (match.length > 1 ? match : `&#${String(match.codePointAt(0))};`) // keep references
    );
    return `>${shielded}<`;
  });
}

/**
 * Returns *markdown* with its formulas rendered: `$…$` in a line and `$$…$$` on lines of its own.
 * A dollar sign that is followed by a space, escaped, or inside a code span is left alone.
 */
export function renderFormulas(markdown: string): string {
  return markdown.replace(
    /(`+)[^`][\s\S]*?\1|\\\$|\$\$([\s\S]+?)\$\$|\$(?!\s)((?:\\.|[^$\\\n])+?)(?<!\s)\$(?!\d)/g,
    (match, _ticks, block?: string, inline?: string) => {
      if (block !== undefined) return `\n<div>${formula(block.trim(), true)}</div>\n`;
      if (inline !== undefined) return shieldFromMarkdown(formula(inline, false));
      return match;
    }
  );
}

/**
 * Returns the cell with its formulas rendered at build, so that the page reads whole with scripts
 * blocked: a TeX cell becomes HTML, a Markdown cell keeps its Markdown. Other cells are returned as
 * they are.
 *
 * Throws an Error if a prose cell interpolates `${…}`: its sentence would be missing from the HTML.
 */
export function renderProse<T extends ProseCell>(cell: T): T {
  if (!["md", "html", "tex"].includes(cell.mode)) return cell;
  if (cell.mode === "tex") return {...cell, mode: "html", value: formula(cell.value, true)};
  if (cell.value.includes("${")) {
    throw new Error(`prose cells have no interpolation: ${cell.value.slice(0, 80)}`);
  }
  return cell.mode === "md" ? {...cell, value: renderFormulas(cell.value)} : cell;
}
