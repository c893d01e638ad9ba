import { expect } from "vitest";
import { takeSnapshot } from "../src/look/snapshot.ts";
import { toInside } from "../src/tab/library.ts";
import { browserTest } from "./support/browser.ts";
import { openSession } from "./support/session.ts";
import { createSite } from "./support/site.ts";

/** How Chromium calls what ARIA has another word for, or no word. */
const words: Readonly<Record<string, string>> = {
  Abbr: "generic",
  Canvas: "canvas",
  ColorWell: "color",
  Date: "date",
  DateTime: "date",
  DisclosureTriangle: "button",
  DisclosureTriangleGrouped: "button",
  Details: "group",
  Figcaption: "caption",
  Iframe: "iframe",
  IframePresentational: "iframe",
  InputTime: "time-input",
  LabelText: "generic",
  Legend: "generic",
  ListGrid: "list",
  RootWebArea: "document",
  SvgRoot: "img",
  Video: "video",
  Audio: "audio",
  Section: "generic",
  graphics: "img",
  image: "img",
  Form: "form",
  Pre: "generic",
  Ruby: "generic",
  sectionfooter: "generic",
  sectionheader: "generic",
  MathMLMath: "math",
  none: "generic",
};

/** One element each, marked by `t`: what it is and how it is called must be as Chromium has it. */
const cases = [
  // Names, in the order in which accname 1.2 looks for them.
  `<span id=l1>Given</span><button t aria-labelledby="l1 l2" aria-label=no>Content</button><span id=l2>name</span>`,
  `<button t aria-label="From label">Content</button>`,
  `<button t aria-label=" ">Content</button>`,
  `<button t title=Tip></button>`,
  `<button t title=Tip>Content</button>`,
  `<button t>Two <b>words</b><i>joined</i></button>`,
  `<button t>One<div>block</div>two</button>`,
  `<button t>Shown<span style="display:none">hidden</span><span aria-hidden=true>muted</span></button>`,
  `<button t><img alt=Picture> with text</button>`,
  `<button t><svg><title>Drawn</title></svg></button>`,
  `<style>.b::before{content:"Before "}</style><button t class=b>text</button>`,
  `<button t aria-labelledby=hid>x</button><span id=hid hidden>Hidden label</span>`,
  `<button t id=self aria-label=Self aria-labelledby="self other">x</button><span id=other>Other</span>`,
  `<button t aria-labelledby=none>Content</button>`,
  `<label>Wrapped <input t></label>`,
  `<label for=f1>For</label><input t id=f1>`,
  `<label for=f2>One</label><label for=f2>Two</label><input t id=f2>`,
  `<label>Flash <input type=checkbox t> now</label>`,
  `<label><input type=checkbox t> Flash <select><option>1<option selected>2</select> times</label>`,
  `<label><input type=checkbox t> Say <input value=five> times</label>`,
  `<input t placeholder=Hint>`,
  `<input t placeholder=Hint title=Tip>`,
  `<input t aria-placeholder=Hint>`,
  `<textarea t placeholder=Hint></textarea>`,
  `<input t type=submit>`,
  `<input t type=reset>`,
  `<input t type=submit value=Go>`,
  `<input t type=button value=Push>`,
  `<input t type=image alt=Send>`,
  `<input t type=image>`,
  `<img t alt=Cat>`,
  `<img t alt="" title=Cat>`,
  `<img t title=Cat>`,
  `<figure t><img alt=x><figcaption>Caption</figcaption></figure>`,
  `<table t><caption>Numbers</caption><tr><td>1</table>`,
  `<fieldset t><legend>Legend</legend></fieldset>`,
  `<iframe t title=Frame srcdoc=x></iframe>`,
  `<a t href=/x>Link <em>text</em></a>`,
  `<a t href=/x><img alt=Home></a>`,
  `<a t href=/x aria-label=Label>x</a>`,
  `<h2 t>Head <a href=/y>line</a></h2>`,
  `<table><tr><th>h<td t>a <b>b</b></table>`,
  `<table><tr t><th>a<td>b</table>`,
  `<div role=checkbox t aria-checked=true tabindex=0>Check</div>`,
  `<div role=textbox t aria-label=Field>inside</div>`,
  `<select t aria-label=Size><option>A</select>`,
  `<select multiple aria-label=Sizes t><option>A</select>`,
  `<select><optgroup t label=Group><option>A</optgroup></select>`,
  `<details><summary t>More</summary>inside</details>`,
  `<meter t aria-label=Fuel value=0.5></meter>`,
  `<progress t title=Done value=1 max=2></progress>`,
  `<output t aria-label=Result>1</output>`,
  `<svg t aria-label=Chart width=10 height=10><circle r=5 /></svg>`,
  `<div t role=img aria-label=Stars>***</div>`,
  `<dialog t open aria-labelledby=dh><h2 id=dh>Title</h2></dialog>`,
  // Roles of HTML.
  ...["button", "code", "dfn", "blockquote", "p", "em", "strong", "del", "ins", "sub", "sup"].map(
    (tag) => `<${tag} t>x</${tag}>`,
  ),
  ...["main", "nav", "aside", "search", "article", "address", "hr", "mark", "time", "s"].map(
    (tag) => `<${tag} t>x</${tag}>`,
  ),
  ...["h1", "h3", "h6", "div", "span", "section", "pre", "label", "canvas", "ul", "ol", "menu"].map(
    (tag) => `<${tag} t>x</${tag}>`,
  ),
  ...["search", "email", "tel", "url", "number", "range", "checkbox", "radio", "text"].map(
    (type) => `<input t type=${type} aria-label=${type}>`,
  ),
  ...["date", "datetime-local", "month", "week", "time", "color", "password"].map(
    (type) => `<input t type=${type} aria-label=${type}>`,
  ),
  `<input t list=dl aria-label=Listed><datalist id=dl><option>a</datalist>`,
  `<section t aria-label=Part>x</section>`,
  `<form t aria-label=Form>x</form>`,
  `<form t>x</form>`,
  `<header t>x</header>`,
  `<footer t>x</footer>`,
  `<article><header t>x</header></article>`,
  `<main><footer t>x</footer></main>`,
  `<ul><li t>x</ul>`,
  `<dl><dt t>x<dd>y</dl>`,
  `<dl><dt>x<dd t>y</dl>`,
  `<table><thead t><tr><th>x</table>`,
  `<table><tr><th t>x<th>y</table>`,
  `<table><tr><th t>x<td>y</table>`,
  `<table><tr><th t scope=row>x<th>y</table>`,
  `<table role=grid><tr><td t>x</table>`,
  `<a t>no link</a>`,
  `<img t alt="">`,
  `<select><option t>x</select>`,
  `<select size=3><option t>x</select>`,
  `<div role="nonsense button" t>x</div>`,
  `<div role=none t>x</div>`,
  `<button role=none t>x</button>`,
  `<h2 role=presentation t>x</h2>`,
  `<ul role=none><li t>x</ul>`,
  `<table role=presentation><tr><td t>x</table>`,
  // Roles of ARIA.
  ...(
    "alert alertdialog article banner button checkbox complementary contentinfo dialog document feed " +
    "figure group heading img link list log main marquee math menu menubar navigation note " +
    "progressbar radiogroup search searchbox separator slider spinbutton status switch tablist " +
    "tabpanel textbox timer toolbar tooltip tree combobox grid application"
  )
    .split(" ")
    .map((role) => `<div t role=${role} aria-label="A ${role}" tabindex=0>x</div>`),
  `<div role=listbox><div t role=option>x</div></div>`,
  `<div role=menu><div t role=menuitem>x</div></div>`,
  `<div role=menu><div t role=menuitemcheckbox aria-checked=true>x</div></div>`,
  `<div role=menu><div t role=menuitemradio aria-checked=false>x</div></div>`,
  `<div role=radiogroup><div t role=radio aria-checked=false>x</div></div>`,
  `<div role=tablist><div t role=tab>x</div></div>`,
  `<div role=tree><div t role=treeitem>x</div></div>`,
  `<div role=list><div t role=listitem>x</div></div>`,
  `<div role=table><div t role=row><div role=cell>x</div></div></div>`,
  `<div role=table><div role=row><div t role=columnheader>x</div></div></div>`,
  `<div role=table><div role=row><div t role=rowheader>x</div></div></div>`,
  `<div role=grid><div role=row><div t role=gridcell>x</div></div></div>`,
  `<div role=table><div t role=rowgroup><div role=row><div role=cell>x</div></div></div></div>`,
];

/** Where ours differs on purpose. */
const decided: Readonly<Record<string, string>> = {
  [`<img t alt="" title=Cat>`]: "HTML-AAM: a title makes it an image, and is its name",
  [`<figure t><img alt=x><figcaption>Caption</figcaption></figure>`]:
    "HTML-AAM: a figure is called by its caption",
  "<dfn t>x</dfn>": "ARIA 1.2: a term is called by nothing",
  "<dl><dt t>x<dd>y</dl>": "ARIA 1.2: a term is called by nothing",
  "<form t>x</form>": "HTML-AAM: a form without a name is not a landmark",
};

browserTest(
  `roles and names of ${cases.length} elements are as in Chromium's own tree`,
  async () => {
    const site = await createSite({ "/": "<!doctype html><title>Here</title>" });
    const { session } = openSession({ allowHosts: ["localhost"] });
    const tab = await session.open();
    await tab.page.goto(site.origin);
    await takeSnapshot(tab);
    const { client, realm } = {
      client: toInside(tab.page.mainFrame()).client,
      realm: toInside(tab.page.mainFrame()).isolatedRealm(),
    };
    const different: string[] = [];
    for (const html of cases) {
      const ours = await realm.evaluate((words) => {
        document.body.innerHTML = words;
        const element = document.querySelector("[t]");
        return element && globalThis.fairleadWorld?.describe(element);
      }, html);
      const element = await realm.evaluateHandle(() => document.querySelector("[t]"));
      const { objectId } = element.remoteObject();
      if (objectId === undefined) throw new Error(`Nothing is marked in ${html}`);
      const question = { objectId, fetchRelatives: false };
      const { nodes } = await client.send("Accessibility.getPartialAXTree", question);
      const [node] = nodes;
      const role = String(node?.role?.value ?? "none");
      const theirs = `${words[role] ?? role} ${String(node?.name?.value ?? "").trim()}`;
      const same = `${ours?.role === "none" ? "generic" : ours?.role} ${ours?.name}` === theirs;
      if (same !== !(html in decided))
        different.push(`${html}: ${JSON.stringify(ours)}, ${theirs}`);
    }
    await site.close();
    expect(different).toEqual([]);
  },
);
