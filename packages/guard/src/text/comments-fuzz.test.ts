import { HtmlRenderer, Parser } from "commonmark";
import { expect, test } from "vitest";
import { dropComments } from "./comments.ts";

const count = 20_000;
const pieces = [
  ...["a", "text", " ", "  ", "   ", "    ", "\t", "\n", "\n", "\n", "\n\n", "\\", "&", "\u00a0"],
  ...["- ", "-", "* ", "1. ", "1.", "2) ", "> ", ">", "# ", "---", "[^1]: "],
  ...["```", "```", "````", "~~~", "`", "``", "<div>", "</div>", "<pre>", "</pre>"],
  ...["<!-->", "-->", "comment", "comment", "comment", "open"],
];

/** Documents of random pieces, in which each comment has a number; the same ones each time. */
function* makeDocuments() {
  let seed = 20261130;
  const draw = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  for (let made = 0; made < count; made += 1) {
    let comments = 0;
    const parts = Array.from({ length: 2 + draw(16) }, () => {
      const piece = pieces[draw(pieces.length)] ?? "";
      if (piece !== "comment" && piece !== "open") return piece;
      comments += 1;
      return `<!-- q${comments}q ${piece === "open" ? "" : "-->"}`;
    });
    yield { text: parts.join(""), comments };
  }
}

test("no comment stays that CommonMark's reference implementation hides", () => {
  const parser = new Parser();
  const renderer = new HtmlRenderer();
  let shown = 0;
  let kept = 0;
  for (const { text, comments } of makeDocuments()) {
    const html = renderer.render(parser.parse(text));
    // As browsers read it; a word behind a fence names the language and is not shown either.
    const visible = html.replace(/<!--(?:>|->|[\s\S]*?(?:-->|--!>|$))/g, "");
    const clean = dropComments(text);
    for (let number = 1; number <= comments; number += 1) {
      const word = `q${number}q`;
      const stays = clean.includes(`<!-- ${word}`);
      if (visible.includes(`&lt;!-- ${word}`)) {
        shown += 1;
        kept += stays ? 1 : 0;
      } else if (stays && !visible.includes(word) && !html.includes("language-")) {
        expect.fail(`${JSON.stringify(text)} hides ${word}; it became ${JSON.stringify(clean)}`);
      }
    }
  }
  // What is code or plain text stays, as a rule.
  expect(kept / shown).toBeGreaterThan(0.7);
});
