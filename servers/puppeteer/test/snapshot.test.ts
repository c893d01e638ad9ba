import { describe, expect, vi } from "vitest";
import { takeSnapshot } from "../src/look/snapshot.ts";
import { browserTest, visit, visitAlone } from "./support/browser.ts";
import { openSession } from "./support/session.ts";
import { createSite } from "./support/site.ts";

/** The line that holds the words. */
function lineOf(text: string, words: string): string {
  return (
    text
      .split("\n")
      .find((line) => line.includes(words))
      ?.trim() ?? `(no line with ${words} in:\n${text})`
  );
}

/** The ref on the line that holds the words. */
function refOf(text: string, words: string): string {
  return /\[(e\d+)\]$/.exec(lineOf(text, words))?.[1] ?? lineOf(text, words);
}

interface Case {
  readonly what: string;
  readonly html: string;
  /** Words of its line. */
  readonly line: string;
  /** What the click on it must have said; it stands in `said` of the page. */
  readonly says?: string;
}

const say = (word: string) => `onclick="document.title += '${word}'"`;
const listen = (selector: string, word: string) =>
  `<script>document.querySelector("${selector}").addEventListener("click", (event) => { document.title += "${word}" + event.target.id; })</script>`;

/** What a person can act on, and the line that a snapshot has for it. */
const cases: readonly Case[] = [
  {
    what: "an option of a list box of the page's own making",
    html: `<ul role=listbox><li role=option id=a ${say("apple")}>Apple<li role=option>Pear</ul>`,
    line: 'option "Apple"',
    says: "apple",
  },
  {
    what: "a div with tabindex and onclick",
    html: `<div tabindex=0 ${say("div")}>Press me</div>`,
    line: 'generic "Press me" clickable',
    says: "div",
  },
  {
    what: "a span with a listener and nothing else to tell it",
    html: `<p>Words before <span id=s>a word</span> and after</p>${listen("#s", "span-")}`,
    line: '"a word"',
    says: "span-s",
  },
  {
    what: "a shape of a drawing that the mouse points at",
    html: `<svg><circle cx=50 cy=50 r=20 fill=red style="cursor:pointer" ${say("shape")} /></svg>`,
    line: "circle color=rgb(255,0,0) clickable",
    says: "shape",
  },
  {
    what: "a sign in a drawing that the mouse points at",
    html: `<svg><text x=50 y=50 fill=green style="cursor:pointer" ${say("sign")}>8</text></svg>`,
    line: 'text "8" color=rgb(0,128,0) clickable',
    says: "sign",
  },
  {
    what: "a colored box without words that the mouse points at",
    html: `<div style="width:40px;height:40px;background:blue;cursor:pointer" ${say("box")}></div>`,
    line: "generic color=rgb(0,0,255) clickable",
    says: "box",
  },
  {
    what: "a span with cursor: pointer",
    html: `<span style="cursor:pointer" ${say("hand")}>Handy</span>`,
    line: 'generic "Handy" clickable',
    says: "hand",
  },
  {
    what: "an inline span with onclick inside running text",
    html: `<p>Some text with <span ${say("inline")}>a place</span> to click</p>`,
    line: 'generic "a place" clickable',
    says: "inline",
  },
  {
    what: "a wordless span that is a picture by its style",
    html: `<span ${say("picture")} style="content:url('data:image/svg+xml,<svg xmlns=&quot;http://www.w3.org/2000/svg&quot; width=&quot;20&quot; height=&quot;20&quot;/>')"></span>`,
    line: "generic clickable",
    says: "picture",
  },
  {
    what: "a link without href but with onclick",
    html: `<a ${say("anchor")}>Anchor</a>`,
    line: 'generic "Anchor" clickable',
    says: "anchor",
  },
  {
    what: "a text in SVG",
    html: `<svg width=200 height=40><text x=10 y=20 ${say("svg-text")}>Label</text></svg>`,
    line: '"Label"',
    says: "svg-text",
  },
  {
    what: "a circle in SVG with a listener",
    html: `<svg width=100 height=100><circle id=c cx=30 cy=30 r=20 fill=red /></svg>${listen("circle", "circle-")}`,
    line: "circle color=rgb(255,0,0) clickable",
    says: "circle-c",
  },
  {
    what: "a shape whose listener sits on the drawing",
    html: `<svg width=100 height=100><rect id=r x=10 y=10 width=30 height=30 fill=blue /></svg>${listen("svg", "rect-")}`,
    line: "rect color=rgb(0,0,255) clickable",
    says: "rect-r",
  },
  {
    what: "a div known by its color alone",
    html: `<div id=red style="width:40px;height:40px;background:red"></div>${listen("#red", "red-")}`,
    line: "generic color=rgb(255,0,0) clickable",
    says: "red-red",
  },
  {
    what: "a colored cell whose listener sits on the board around it",
    html: `<div id=board><div id=one style="width:40px;height:40px;background:lime"></div></div>${listen("#board", "board-")}`,
    line: "generic color=rgb(0,255,0) clickable",
    says: "board-one",
  },
  {
    what: "a row whose cells have no role and whose listener sits on the body",
    html: `<div class=row><div><span id=name>Ada</span></div><div>36</div></div>${listen("body", "row-")}`,
    line: '"Ada"',
    says: "row-name",
  },
  {
    what: "a list item that can be dragged",
    html: `<ul><li draggable=true ${say("item")}>Item</ul>`,
    line: 'listitem "Item" clickable draggable',
    says: "item",
  },
  {
    what: "a slider handle without words",
    html: `<span tabindex=0 ${say("handle")} style="display:inline-block;width:20px;height:20px;background:gray"></span>`,
    line: "generic color=rgb(128,128,128) clickable",
    says: "handle",
  },
  {
    what: "an element that takes the focus and has no words",
    html: `<div tabindex=0 style="width:20px;height:20px"></div>`,
    line: "generic focusable",
  },
  {
    what: "a canvas",
    html: `<canvas ${say("canvas")} width=50 height=50></canvas>`,
    line: "canvas clickable",
    says: "canvas",
  },
  {
    what: "a picture without an alternative text",
    html: `<img ${say("img")} width=20 height=20 src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">`,
    line: "img clickable",
    says: "img",
  },
  {
    what: "an editable region",
    html: "<div contenteditable>write here</div>",
    line: 'generic "write here" editable',
  },
  {
    what: "a button in an open shadow root",
    html: `<x-box></x-box><script>document.querySelector("x-box").attachShadow({ mode: "open" }).innerHTML = "<button ${say(
      "shadow",
    )
      .replaceAll('"', "&quot;")
      .replace("=&quot;", "='")
      .replace(/&quot;$/, "'")
      .replaceAll("'shadow'", "&quot;shadow&quot;")}>Inside</button>"</script>`,
    line: 'button "Inside"',
  },
  {
    what: "what is put into a slot",
    html: `<x-box><b slot=s ${say("slotted")}>Slotted</b></x-box><script>document.querySelector("x-box").attachShadow({ mode: "open" }).innerHTML = "<button><slot name=s></slot></button>"</script>`,
    line: 'button "Slotted"',
    says: "slotted",
  },
  {
    what: "a box that scrolls inside the page",
    html: `<div style="height:50px;overflow:auto"><div style="height:500px">Long</div></div>`,
    line: "generic",
  },
  {
    what: "what only readers are told is hidden, and people can click",
    html: `<button aria-hidden=true ${say("muted")}>Muted</button><div aria-hidden=true ${say("muted")}>x</div>`,
    line: "clickable",
    says: "muted",
  },
  {
    what: "the fields of a form that is full of strange names",
    html: `<form><input name=childNodes><input name=getAttribute><input name=parentElement><input name=localName aria-label=Found></form>`,
    line: 'textbox "Found"',
  },
];

describe("a snapshot has a line with a ref for", () => {
  for (const { what, html, line, says } of cases) {
    browserTest(what, async () => {
      const { call, site } = await visit({ "/": `<!doctype html><title></title>${html}` });
      await call("navigate", { url: site.origin });
      const snapshot = await call("snapshot");
      expect(lineOf(snapshot, line)).toMatch(/\[e\d+\]$/);
      if (says === undefined) return;
      await call("click", { selector: refOf(snapshot, line) });
      expect(await call("evaluate", { script: "document.title" })).toContain(`"${says}`);
    });
  }
});

browserTest("what nobody sees has no line", async () => {
  const { call, site } = await visit({
    "/": `<p>seen</p><p hidden>one</p><p style="display:none">two</p><p style="visibility:hidden">three</p>
<details><summary>More</summary><p>four</p></details><div inert>five</div><template>six</template>
<p style="visibility:hidden">seven <b style="visibility:visible">eight</b></p>`,
  });
  await call("navigate", { url: site.origin });
  const snapshot = await call("snapshot");
  for (const hidden of ["one", "two", "three", "four", "five", "six", "seven"]) {
    expect(snapshot).not.toContain(hidden);
  }
  expect(snapshot).toContain("seen");
  expect(snapshot).toContain("eight");
});

browserTest("frames of this and of another site stand in their places, boxes too", async () => {
  const other = await createSite({
    "/": `<body style="margin:0"><button style="width:50px;height:20px" onclick="this.textContent='pressed'">Far</button>`,
  });
  const { call, site } = await visitBoth(other.port);
  await call("navigate", { url: site.origin });
  const snapshot = await call("snapshot", { boxes: true });
  const order = ["Before", "Near", "Between", "Far", "After"].map((word) => snapshot.indexOf(word));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(lineOf(snapshot, "Far")).toContain("box=110,110,50,20");
  for (const word of ["Near", "Far", "Deep"]) {
    // The line of the frame itself does not say it, and is not told.
    expect(await call("find", { text: word.toLowerCase() })).toMatch(
      new RegExp(`^button "${word}" \\[e\\d+\\]$`),
    );
  }
  const frame = refOf(await call("find", { text: "iframe" }), "second");
  await call("click", { selector: refOf(snapshot, "Far") });
  expect(await call("snapshot")).toContain('button "pressed"');
  expect(await call("snapshot", { ref: frame })).toContain("pressed");
  await other.close();
});

function visitBoth(port: number) {
  return visitAlone(
    {
      "/": `<title>Frames</title><body style="margin:0"><p>Before</p><iframe src="/near" title=first></iframe><p>Between</p>
<iframe title=second style="position:absolute;left:100px;top:100px;border:10px solid" src="http://127.0.0.1:${port}/"></iframe><p>After</p>`,
      "/near": `<button>Near</button><iframe srcdoc="<button>Deep</button>"></iframe>`,
    },
    { allowHosts: ["localhost", "127.0.0.1"] },
  );
}

browserTest("a frame that goes away while the page is read costs only its own lines", async () => {
  const site = await createSite({
    "/": `<p>Before</p><iframe id=a srcdoc="<button>One</button>"></iframe><iframe id=b srcdoc="<button>Two</button>"></iframe><p>After</p>`,
  });
  const { session } = openSession({ allowHosts: ["localhost"] });
  const tab = await session.open();
  await session.navigate(tab, site.origin, { waitUntil: "load", timeout: 10_000 });
  const { worlds, page } = tab;
  const walk = worlds.walk.bind(worlds);
  vi.spyOn(worlds, "walk").mockImplementationOnce(async (...args) => {
    const walked = await walk(...args);
    await page.evaluate("a.remove()");
    return walked;
  });
  const { lines } = await takeSnapshot(tab);
  const words = lines.map(({ text }) => text.replace(/ \[e\d+\]$/, ""));
  expect(words).toEqual([
    "page",
    'text "Before"',
    "iframe [frame not read]",
    "iframe",
    expect.stringMatching(/./),
    'button "Two"',
    'text "After"',
  ]);
  await site.close();
});

browserTest(
  "a page with frames and more lines than are walked is told to be too large",
  async () => {
    const { call, site } = await visit({
      "/": `<title>Large</title><iframe srcdoc=x></iframe><script>
document.body.append(...Array.from({ length: 50_200 }, (_, at) => Object.assign(document.createElement("p"), { textContent: "word " + at })));</script>`,
    });
    await call("navigate", { url: site.origin });
    for (const offset of [49_990, 60_000]) {
      const rest = await call("snapshot", { offset });
      expect(rest).toContain("too large to be read to its end");
      expect(rest).not.toContain("Go on with");
    }
    expect(await call("find", { text: "word" })).toMatch(/\[at least 4\d\d more lines match\./);
  },
);

browserTest(
  "a snapshot of 150,000 nodes is cut with a word, and a part can be asked for",
  async () => {
    const { call, site } = await visit({
      "/": `<title>Large</title><main></main><script>
const main = document.querySelector("main");
for (let group = 0; group < 300; group += 1) {
  const section = document.createElement("section");
  section.ariaLabel = "Group " + group;
  for (let item = 0; item < 250; item += 1) section.append(Object.assign(document.createElement("p"), { textContent: group + "-" + item }));
  main.append(section);
}</script>`,
    });
    await call("navigate", { url: site.origin });
    const first = await call("snapshot");
    expect(first).toContain("Go on with puppeteer_snapshot and offset");
    expect(first.length).toBeLessThan(21_000);
    const found = await call("find", { text: "Group 299" });
    expect(await call("snapshot", { ref: refOf(found, "Group 299") })).toContain('"299-249"');
    expect(await call("find", { text: "299-249" })).toContain("299-249");
  },
);

browserTest("a page nested 400 levels deep is read to its end", async () => {
  const { call, site } = await visit({
    "/": `<body><script>
let at = document.body;
for (let level = 0; level < 400; level += 1) at = at.appendChild(document.createElement("div"));
at.textContent = "the bottom";</script>`,
  });
  await call("navigate", { url: site.origin });
  expect(await call("find", { text: "the bottom" })).toContain('text "the bottom"');
});
