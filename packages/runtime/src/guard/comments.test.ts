import { describe, expect, it } from "vitest";
import { cleanPlainText, cleanText } from "./text.ts";

describe("what looks like an HTML comment", () => {
  it.each([
    ["inline code", "Write `<!-- x -->` to hide it, or ``a ` <!-- y -->``."],
    ["a fence", "```html\n<!-- x -->\n```"],
    ["a fence of tildes with backticks in it", "~~~~ a`b\n~~~\n<!-- x -->\n~~~~"],
    ["a fence that nothing closes", "```\n<!-- x -->\n\nand on <!-- y -->"],
    ["a fence in a list", "1. Do:\n\n   ```html\n   <!-- x -->\n   ```\n2. then"],
    ["a fence in a list in a list", "- a\n  - b\n    ```\n    <!-- x -->\n    ```"],
    ["a fence behind a bullet", "- ```\n  <!-- x -->\n  ```"],
    ["a quoted fence", "> ```\n> <!-- x -->\n> ```"],
    ["indented code", "See:\n\n    <!-- x -->\n\n    <!-- y -->\n\nend"],
    ["code with a tab", "\t<!-- x -->"],
    ["Windows line ends", "```\r\n<!-- x -->\r\n```\r\n"],
    ["a fence after HTML and a blank line", "<details>\n\n```\n<!-- x -->\n```\n\n</details>"],
  ])("stays in %s", (_, text) => {
    expect(cleanText(text)).toBe(text);
  });

  // Each is one that Markdown hides, however much its place looks like code.
  it.each([
    ["beside code", "`a` <!-- x --> `b`", "`a`  `b`"],
    ["after a fence", "```\na\n```\n<!-- x -->b", "```\na\n```\nb"],
    ["after a fence of a quote that ends", "> ```\n<!-- x -->b", "> ```\nb"],
    ["after a fence of a list that ends", "- ```\n\n<!-- x -->b", "- ```\n\nb"],
    [
      "in HTML",
      "<div>\n`<!-- x -->`\n```\n<!-- y -->\n```\n</div>",
      "<div>\n``\n```\n\n```\n</div>",
    ],
    ["in HTML with blank lines", "<pre>\n\n`<!-- x -->`\n</pre>", "<pre>\n\n``\n</pre>"],
    ["in HTML in a list", "- <div>\n  ```\n  <!-- x -->", "- <div>\n  ```\n  "],
    [
      "between attributes with backticks",
      '<a title="`"><!-- x --><a title="`">',
      '<a title="`"><a title="`">',
    ],
    ["behind a backtick in a tag inside a line", 'a <b title="`"><!-- x -->`', 'a <b title="`">`'],
    ["behind an escaped backtick", "\\`<!-- x -->`", "\\``"],
    ["between two codes of several lines", "`a\nb` <!-- x --> `c`", "`a\nb`  `c`"],
    ["in a paragraph that is indented on", "a\n    <!-- x -->b", "a\n    b"],
    ["in an item of a list", "- a\n\n    <!-- x -->b", "- a\n\n    b"],
    ["in a note", "[^1]: a\n\n    <!-- x -->b", "[^1]: a\n\n    b"],
    [
      "in a number that begins no list",
      "a\n14. b\n    ```\n    <!-- x -->c",
      "a\n14. b\n    ```\n    c",
    ],
    ["behind another comment", "<!-- a --> `<!-- x -->`", " ``"],
    ["with a fence in it", "<!--\n```\n-->\n<!-- x -->a", "\na"],
    ["in backticks that do not match", "``<!-- x -->`", "```"],
  ])("goes %s", (_, text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  it("stays where the text is not Markdown", () => {
    expect(cleanPlainText("a <!-- b --> c\u200b")).toBe("a <!-- b --> c");
  });

  it.each([
    ["backticks of every length", Array.from({ length: 2_000 }, (_, n) => "`".repeat(n)).join(" ")],
    ["items in items", "- ".repeat(200_000)],
    ["quotes in quotes", "> ".repeat(200_000)],
    ["open comments in lines", "a <!-- \n".repeat(100_000)],
  ])("is looked for in linear time among %s", (_, text) => {
    expect(cleanText(`${text}a <!-- x`)).toBe(`${text}a <!-- x`);
  });
});
