import { describe, expect } from "vitest";
import { browserTest, visit } from "./support/browser.ts";

const page = (html: string) => ({ "/": `<!doctype html><title></title>${html}` });

/** Opens a page of this HTML. */
async function open(html: string) {
  const visited = await visit(page(html));
  const { call, site } = visited;
  await call("navigate", { url: site.origin });
  const value = async (script: string) =>
    /result:\n(.*)\n\nConsole/s.exec(await call("evaluate", { script }))?.[1];
  return { ...visited, value };
}

describe("a click is refused on what", () => {
  const button = `<button id=b onclick="document.title='hit'">Buy</button>`;
  const cases: readonly (readonly [string, string, string])[] = [
    [
      "a banner covers",
      `${button}<div id=banner style="position:fixed;inset:0;background:#fff">We use cookies</div>`,
      'covered by div#banner "We use cookies"',
    ],
    [
      "a dialog covers",
      `${button}<dialog id=d aria-label="Sign in" style="position:fixed;inset:0;width:100%;height:100%">x</dialog><script>d.showModal()</script>`,
      'covered by dialog#d "Sign in"',
    ],
    ["is invisible", `<div style="visibility:hidden">${button}</div>`, "is hidden"],
    ["is not rendered", `<div hidden>${button}</div>`, "is hidden"],
    ["is disabled", button.replace("id=b", "id=b disabled"), "is disabled"],
    ["is in a disabled fieldset", `<fieldset disabled>${button}</fieldset>`, "is disabled"],
    ["is inert", `<div inert>${button}</div>`, "is hidden"],
    [
      "is in a closed <details>",
      `<details><summary>More</summary>${button}</details>`,
      "closed <details>",
    ],
    ["takes no room", `<div id=b style="width:0;height:0"></div>`, "takes no space"],
  ];
  for (const [what, html, words] of cases) {
    browserTest(what, async () => {
      const { refused, value } = await open(html);
      expect(await refused("click", { selector: "#b" })).toContain(words);
      expect(await value("document.title")).toBe('""');
    });
  }

  browserTest("the page around its frame covers", async () => {
    const { call, refused } = await open(
      `<iframe srcdoc="<button>Inside</button>"></iframe><div id=over style="position:fixed;inset:0"></div>`,
    );
    const [, ref] = /button "Inside" \[(e\d+)\]/.exec(await call("snapshot")) ?? [];
    expect(await refused("click", { selector: ref })).toContain("covered by div#over");
  });
});

describe("a frame inside web components", () => {
  const nested = `<x-a></x-a><script>
let at = document.querySelector("x-a");
for (let level = 0; level < 3; level += 1) {
  const root = at.attachShadow({ mode: "open" });
  root.innerHTML = level < 2 ? "<x-a></x-a>" : "<iframe srcdoc='<button onclick=top.document.title=1>Inside</button>'></iframe>";
  at = root.firstChild;
}</script>`;
  const refOfButton = (snapshot: string) => /button "Inside" \[(e\d+)\]/.exec(snapshot)?.[1];

  browserTest("takes a click", async () => {
    const { call, value } = await open(nested);
    await call("click", { selector: refOfButton(await call("snapshot")) });
    expect(await value("document.title")).toBe('"1"');
  });

  browserTest("takes none where something covers it", async () => {
    const { call, refused } = await open(
      `${nested}<div id=over style="position:fixed;inset:0"></div>`,
    );
    const selector = refOfButton(await call("snapshot"));
    expect(await refused("click", { selector })).toContain("covered by div#over");
  });
});

browserTest("a click finds the part of an element that nothing covers", async () => {
  const { call, value } =
    await open(`<button id=b style="width:300px;height:60px" onclick="document.title='hit'">Buy</button>
<div style="position:absolute;left:100px;top:0;width:150px;height:80px;background:red"></div>`);
  await call("click", { selector: "#b" });
  expect(await value("document.title")).toBe('"hit"');
});

browserTest(
  "a click brings into sight what its scrolling box cuts off inside the view",
  async () => {
    const { call, value } = await open(`<div style="height:60px;overflow-y:scroll">
<div style="height:300px"></div><button id=b onclick="document.title += 'hit'">Buy</button></div>`);
    await call("click", { selector: "#b" });
    expect(await value("document.title")).toBe('"hit"');
    await call("evaluate", { script: "document.querySelector('div').scrollTop = 0" });
    await call("click", { selector: "#b@5,5" });
    expect(await value("document.title")).toBe('"hithit"');
  },
);

browserTest("a click hits what moves aside for a moment when the mouse comes over it", async () => {
  const { call, value } =
    await open(`<style>span { display: inline-block; width: 60px; height: 30px }</style>
<div style="display:flex"><span id=like></span><span id=more></span></div><script>
like.addEventListener("mouseenter", () => {
  like.style.width = 0;
  setTimeout(() => { like.style.width = ""; }, 150);
}, { once: true });
for (const one of [like, more]) one.onmousedown = () => { document.title += one.id; };</script>`);
  await call("click", { selector: "#like" });
  expect(await value("document.title")).toBe('"like"');
});

browserTest("a click waits for what covers an element to go", async () => {
  const { call, value } = await open(`<button id=b onclick="document.title='hit'">Buy</button>
<div id=over style="position:fixed;inset:0"></div><script>setTimeout(() => over.remove(), 300)</script>`);
  await call("click", { selector: "#b" });
  expect(await value("document.title")).toBe('"hit"');
});

browserTest("a hidden box is ticked by its label, and an option chosen by its ref", async () => {
  const { call, value } = await open(
    `<label><input id=i type=checkbox style="display:none">Tick</label><select id=s onchange="document.title='changed'"><option>One<option>Two</select>`,
  );
  await call("fill", { selector: "#i", value: "true" });
  const [, two] = /option "Two" \[(e\d+)\]/.exec(await call("snapshot")) ?? [];
  await call("click", { selector: two });
  expect(await value("[i.checked, s.value, document.title].join()")).toBe('"true,Two,changed"');
});

browserTest("two values of a multiple list are chosen", async () => {
  const { call, refused, value } = await open(
    "<select id=s multiple><option>One<option>Two<option disabled>Three</select>",
  );
  await call("select", { selector: "#s", value: "One\nTwo" });
  expect(await value("[...s.selectedOptions].map((o) => o.value).join()")).toBe('"One,Two"');
  expect(await refused("select", { selector: "#s", value: "One\nFour" })).toContain('"Four"');
  expect(await refused("select", { selector: "#s", value: "Three" })).toContain("disabled");
});

describe("points of the view and of elements", () => {
  const pad = `<body style="margin:0"><canvas id=c width=400 height=300></canvas><script>
window.seen = [];
for (const type of ["mousedown", "mouseup", "click", "dblclick", "contextmenu", "wheel"]) {
  c.addEventListener(type, (event) => { event.preventDefault(); seen.push(type + "@" + event.offsetX + "," + event.offsetY + (event.detail > 1 ? "x" + event.detail : "")); });
}
window.path = [];
c.addEventListener("mousemove", (event) => { if (event.buttons === 1) path.push(event.offsetX); });
</script>`;

  browserTest("are clicked, once, twice, thrice and with the right button", async () => {
    const { call, value, refused } = await open(pad);
    await call("click", { selector: "120,80" });
    await call("click", { selector: "#c@10,20" });
    expect(await value("seen.join(' ')")).toBe(
      '"mousedown@120,80 mouseup@120,80 click@120,80 mousedown@10,20 mouseup@10,20 click@10,20"',
    );
    await call("click", { selector: "120,80", count: 2 });
    expect(await value("seen.at(-1)")).toBe('"dblclick@120,80x2"');
    await call("click", { selector: "5,5", button: "right" });
    expect(await value("seen.at(-1)")).toBe('"mouseup@5,5"');
    expect(await value("seen.includes('contextmenu@5,5')")).toBe("true");
    expect(await refused("click", { selector: "5000,5" })).toContain("outside the view");
  });

  browserTest("are pressed, moved over and released by hand", async () => {
    const { call, value } = await open(pad);
    await call("mouse", { action: "press", target: "50,50" });
    await call("mouse", { action: "move", target: "150,60" });
    await call("mouse", { action: "release", target: "150,60" });
    expect(await value("seen.slice(0, 2).join(' ')")).toBe('"mousedown@50,50 mouseup@150,60"');
    expect(await value("path.length > 3")).toBe("true");
  });

  browserTest("are dragged between, in steps and by way of others", async () => {
    const { call, value } = await open(pad);
    await call("drag", { from: "#c@10,10", to: "200,10", via: ["100,100"], steps: 5 });
    expect(await value("seen.slice(0, 2).join(' ')")).toBe('"mousedown@10,10 mouseup@200,10"');
    expect(await value("path.length >= 10 && path.includes(100)")).toBe("true");
  });

  browserTest("have a wheel turned over them", async () => {
    const { call, value } = await open(
      `<div id=box style="width:200px;height:100px;overflow:auto"><div style="height:2000px">long</div></div>`,
    );
    const [, ref] = /scrollable \[(e\d+)\]/.exec(await call("snapshot")) ?? [];
    await call("mouse", { action: "wheel", target: ref ?? "#box", dy: 300 });
    await expect.poll(() => value("box.scrollTop > 0 && scrollY === 0")).toBe("true");
  });
});

browserTest("a list is sorted by dragging, and a textarea made larger by its corner", async () => {
  const { call, value } =
    await open(`<body style="margin:0"><ul id=list style="margin:0;padding:0;list-style:none;width:200px">
${["A", "B", "C"].map((name) => `<li style="height:30px">${name}</li>`).join("")}</ul>
<textarea id=area style="width:200px;height:100px;resize:both"></textarea><script>
let held;
list.addEventListener("mousedown", (event) => { held = event.target; });
addEventListener("mousemove", (event) => {
  const over = event.target.closest?.("li");
  if (held && over && over !== held) over.after(held);
});
addEventListener("mouseup", () => { held = undefined; });
</script>`);
  const snapshot = await call("snapshot");
  const [, first] = /"A" \[(e\d+)\]/.exec(snapshot) ?? [];
  const [, last] = /"C" \[(e\d+)\]/.exec(snapshot) ?? [];
  await call("drag", { from: first, to: last, steps: 20 });
  expect(await value("list.innerText.replace(/\\s+/g, '')")).toBe('"BCA"');
  await call("drag", { from: "#area@198,98", to: "#area@298,148" });
  expect(await value("area.offsetWidth > 250 && area.offsetHeight > 130")).toBe("true");
});

browserTest("a passage of text is marked by a drag, a word by a double click", async () => {
  const { call, value } = await open(
    `<p id=p style="font:20px monospace;margin:0">alpha beta gamma</p>`,
  );
  await call("drag", { from: "#p@1,10", to: "#p@61,10" });
  expect(await value("String(getSelection())")).toBe('"alpha"');
  await call("click", { selector: "#p@80,10", count: 2 });
  expect(await value("String(getSelection()).trim()")).toBe('"beta"');
  await call("click", { selector: "#p@80,10", count: 3 });
  expect(await value("String(getSelection()).trim()")).toBe('"alpha beta gamma"');
});

describe("a field is read back after it was filled", () => {
  const refusals: readonly (readonly [string, string, string, string])[] = [
    ["a number field and 1,5", `<input id=f type=number value=7>`, "1,5", "7"],
    ["a number field and 12abc", `<input id=f type=number value=7>`, "12abc", "7"],
    [
      "a date field and 06/05/2024",
      `<input id=f type=date value=2024-01-02>`,
      "06/05/2024",
      "2024-01-02",
    ],
    ["a time field and noon", `<input id=f type=time value=10:00>`, "noon", "10:00"],
    ["a color field and no color", `<input id=f type=color value=#112233>`, "nocolor", "#112233"],
  ];
  for (const [what, html, typed, kept] of refusals) {
    browserTest(`${what}: refused, and the old value stays`, async () => {
      const { refused, value } = await open(html);
      const said = await refused("fill", { selector: "#f", value: typed });
      expect(said).toContain("does not take this value");
      expect(await value("f.value")).toBe(JSON.stringify(kept));
    });
  }

  const changes: readonly (readonly [string, string, string, string])[] = [
    ["a maxlength that cuts", `<input id=f maxlength=3>`, "abcdef", '"abc"'],
    ["a slider that ends at 100", `<input id=f type=range max=100>`, "150", '"100"'],
    [
      "a page that prevents typing",
      `<input id=f value=old onbeforeinput="event.preventDefault()">`,
      "new",
      '"old"',
    ],
    [
      "a page that writes in capitals",
      `<input id=f oninput="this.value = this.value.toUpperCase()">`,
      "abc",
      '"ABC"',
    ],
  ];
  for (const [what, html, typed, held] of changes) {
    browserTest(`${what}: told`, async () => {
      const { call } = await open(html);
      const said = await call("fill", { selector: "#f", value: typed });
      expect(said).toContain(`now holds ${held}`);
      const both = { fields: [{ selector: "#f", value: typed }] };
      expect(await call("fill_form", both)).toContain(`now holds ${held}`);
    });
  }

  browserTest("what it holds as it was typed is not worth a word", async () => {
    const { call } = await open(
      `<input id=f><textarea id=t></textarea><div id=d contenteditable></div>`,
    );
    expect(await call("fill", { selector: "#f", value: "plain " })).not.toContain("now holds");
    expect(await call("fill", { selector: "#t", value: "a\nb\n" })).not.toContain("now holds");
    expect(await call("fill", { selector: "#d", value: "rich" })).not.toContain("now holds");
    expect(await call("fill", { selector: "#d", value: "a  b " })).not.toContain("now holds");
  });

  browserTest("what leads to another page as soon as it is filled is not read back", async () => {
    const { call, site } = await open(
      `<input id=f oninput="if (value.length === 3) location = '/?done'"><input id=c type=checkbox onchange="location = '/?ticked'">`,
    );
    expect(await call("fill", { selector: "#f", value: "123" })).toContain("/?done");
    expect(await call("fill", { selector: "#c", value: "true" })).toContain("/?ticked");
    expect(site.seen).toContain("GET /?ticked");
  });
});

browserTest("a page that a link opens is named, and its opener can be used at once", async () => {
  const { call, site, value } = await open(
    `<a id=a href="/?two" target=_blank>two</a><button id=b onclick="document.title='hit'">Buy</button>`,
  );
  const said = await call("click", { selector: "#a" });
  const [, id] = /new page was opened: (p_\w+)/.exec(said) ?? [];
  expect(said).toContain(`${site.origin}/?two`);
  expect(await call("click", { selector: "#b" })).not.toContain("new page");
  expect(await value("document.title")).toBe('"hit"');
  expect(await call("click", { selector: "#b", page_id: id })).toContain("?two");
  expect(await call("tabs", { action: "select", page_id: id })).toContain("?two");
});

browserTest("a prompt's own answer is told, and kept where no other is given", async () => {
  const { call } = await open(
    `<button id=b onclick="said.textContent = prompt('Name?', 'Ada')">ask</button><p id=said></p>`,
  );
  expect(await call("click", { selector: "#b" })).toContain('"Ada" filled in');
  await call("handle_dialog", { accept: true });
  expect(await call("get_text", { selector: "#said" })).toBe("Ada");
});
