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
    ["next to code", "`a` <!-- x --> `b`", "`a`  `b`"],
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
    ["in an item that a tab indents", "- a\n\n\t<!-- x -->b", "- a\n\n\tb"],
    ["in an item behind a tab", "-\ta\n\n    <!-- x -->b", "-\ta\n\n    b"],
    ["in a numbered item behind a tab", "1)\ta\n\n    <!-- x -->b", "1)\ta\n\n    b"],
    ["in an item that begins empty", "-\n  a\n\n    <!-- x -->b", "-\n  a\n\n    b"],
    ["in a numbered item that begins empty", "1.\n   a\n\n    <!-- x -->b", "1.\n   a\n\n    b"],
    ["in an item behind many spaces", "-      a\n\n    <!-- x -->b", "-      a\n\n    b"],
    ["after a line with a space that is none", "a\n\u00a0\n    <!-- x -->b", "a\n\u00a0\n    b"],
    ["after a fence with such a space", "- ```\n\u00a0\n<!-- x -->b", "- ```\n\u00a0\nb"],
    [
      "in a fence's end that is none",
      "```\na\n```\u00a0\n```\n<!-- x -->b",
      "```\na\n```\u00a0\n```\nb",
    ],
    [
      "after one that takes a fence along",
      "a <!--\n\n```\n-->\n```\n\n<!-- x -->b",
      "a \n```\n\nb",
    ],
    [
      "after one that takes a fence of its block along",
      "a <!--\n```\n-->\n```\n<!-- x -->b",
      "a \n```\nb",
    ],
    ["under a heading of a dash", "a\n-\n    ```\n  <!-- x -->b", "a\n-\n    ```\n  b"],
    ["behind a fence", "```html <!-- x -->\n<!-- y -->\n```", "```html \n<!-- y -->\n```"],
    ["behind code that ends with a backslash", "`a\\` <!-- x --> `b`", "`a\\`  `b`"],
    ["in an item that begins with HTML", "- </b>\n\n    <!-- x -->b", "- </b>\n\n    b"],
    ["in HTML that a quote does not end", "</b>\n>\n\t<!-- x -->b", "</b>\n>\n\tb"],
    ["in HTML within HTML", "<div>\n<pre>\n\n`<!-- x -->`", "<div>\n<pre>\n\n``"],
    ["in an item, where nothing closes it", "- <!-- x\n\nb", "- "],
    ["in HTML, where nothing closes it", "<p>a<!-- x\n\nb", "<p>a"],
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
