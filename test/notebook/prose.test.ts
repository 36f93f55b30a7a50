import MarkdownIt from "markdown-it";
import {describe, expect, it} from "vitest";
import {pages} from "../../src/notebook/pages.ts";
import {renderPage, renderSections} from "../../src/notebook/page.ts";
import {renderFormulas, renderProse} from "../../src/notebook/prose.ts";

describe("formulas in prose", () => {
  it("are rendered in line and on lines of their own", () => {
    expect(renderFormulas("a $k + 1$ b")).toMatch(/^a <span class="katex">.*<\/span> b$/s);
    expect(renderFormulas("a\n\n$$r_1$$\n\nb")).toContain('class="katex-display"');
  });

  it("leave money, escapes and code alone", () => {
    for (const text of ["$5 and $6", "a \\$ b \\$ c", "`$x$`", "$ x $", "one $ only"]) {
      expect(renderFormulas(text)).toBe(text);
    }
  });

  it("come through Markdown unchanged", () => {
    const md = new MarkdownIt({html: true, linkify: true, typographer: true});
    const shown = md.render(renderFormulas("so $a_1 * b_1 * c_i$ and $x_{*}*y_{*}$"));
    expect(shown).not.toContain("<em>");
    expect(shown).toContain("a&#95;1".replace("&#95;", "_")); // the MathML keeps its source
  });

  it("throw on bad TeX", () => {
    expect(() => renderFormulas("$\\frac{1$")).toThrow();
  });
});

describe("renderProse", () => {
  it("refuses interpolation, which would leave a hole in the HTML", () => {
    expect(() => renderProse({mode: "md", value: "There are ${n}."})).toThrow(/no interpolation/);
  });

  it("makes HTML of a TeX cell and leaves code as it is", () => {
    expect(renderProse({mode: "tex", value: "x^2"})).toMatchObject({mode: "html"});
    const cell = {mode: "ts", value: "`${1}`"};
    expect(renderProse(cell)).toBe(cell);
  });
});

describe("the page around a lesson", () => {
  it("names itself, the other pages and its sections", () => {
    const html = renderPage(
      "<p>{{description}}</p><ol>{{contents}}</ol>{{sections}}",
      `/site/notebooks/${pages[0].file}`
    );
    expect(html).toContain(pages[0].description);
    expect(html.match(/aria-current="page"/g)).toHaveLength(1);
    const sections = renderSections(
      `${html}<h2 id="a" tabindex="-1"><a href="#a">A <i>b</i></a></h2>`
    );
    expect(sections).toContain('<li><a href="#a">A b</a></li>');
  });

  it("must be listed", () => {
    expect(() => renderPage("", "/site/notebooks/other.html")).toThrow(/not listed/);
  });
});
