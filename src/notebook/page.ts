import {pages, type Page} from "./pages.ts";

const escapes: Record<string, string> = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"};
const escape = (text: string) => text.replace(/[&<>"]/g, (character) => escapes[character]);

const link = ({file, name}: Page, rel?: string) =>
  `<a href="./${file}"${rel === undefined ? "" : ` rel="${rel}"`}>${escape(name)}</a>`;

/**
 * Returns the template's HTML completed for the page in *filename* (with forward slashes): its
 * description, the site's contents with the page marked, and links to the pages before and after.
 *
 * Throws an Error if the page is not listed in pages.ts.
 */
export function renderPage(template: string, filename: string): string {
  const index = pages.findIndex(({file}) => filename.endsWith(`/${file}`));
  if (index < 0) throw new Error(`page not listed in src/notebook/pages.ts: ${filename}`);
  const page = pages[index];
  const contents = pages.map(
    (p) => `<li${p === page ? ' aria-current="page"' : ""}>${link(p)}</li>`
  );
  const neighbors = [
    index > 0 ? `<span>Previous: ${link(pages[index - 1], "prev")}</span>` : "",
    index + 1 < pages.length ? `<span>Next: ${link(pages[index + 1], "next")}</span>` : ""
  ];
  const values: Record<string, string> = {
    description: escape(page.description),
    name: escape(page.name),
    contents: contents.join(""),
    neighbors: neighbors.join("")
  };
  return template.replace(/\{\{(\w+)\}\}/g, (match, name: string) => values[name] ?? match);
}

/**
 * Returns *html* with links to the page's own sections (its second-level headings, each of which
 * has an id) in place of `{{sections}}`.
 */
export function renderSections(html: string): string {
  const headings = html.matchAll(/<h2[^>]*? id="([^"]+)"[^>]*>([\s\S]*?)<\/h2>/g);
  const sections = Array.from(
    headings,
    ([, id, heading]) => `<li><a href="#${id}">${heading.replace(/<[^>]*>/g, "")}</a></li>`
  );
  return html.replace("{{sections}}", sections.join(""));
}
