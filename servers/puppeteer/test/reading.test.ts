import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, vi } from "vitest";
import { toInside } from "../src/tab/library.ts";
import { browserTest, visit } from "./support/browser.ts";
import { openSession } from "./support/session.ts";
import { createSite } from "./support/site.ts";

async function open(html: string) {
  const visited = await visit({
    "/": `<!doctype html><meta charset=utf-8><title>Here</title>${html}`,
  });
  await visited.call("navigate", { url: visited.site.origin });
  return visited;
}

browserTest("a <pre> keeps its indentation, and so does text that CSS shows as it is", async () => {
  const { call } = await open(
    `<p>Before</p><pre>def f():\n    if x:\n        return 1\n\n\n\ndone</pre><div style="white-space:pre">a\n   b\n      c</div><p>After</p>`,
  );
  const text = await call("get_text");
  expect(text).toContain("```\ndef f():\n    if x:\n        return 1\n\n\n\ndone\n```");
  expect(text).toContain("a\n   b\n      c");
  expect(text).toMatch(/^Before[\s\S]*After$/);
  expect(await call("get_text", { selector: "pre", format: "text" })).toContain(
    "\n        return 1",
  );
});

browserTest(
  "the value of a field is read exactly: filled by a script, with spaces, long",
  async () => {
    const { call } = await open(
      `<textarea id=t></textarea><input id=i><input id=p type=password value=secret><script>t.value = "  two\\n  lines "; i.value = "x".repeat(500) + " ";</script>`,
    );
    expect(await call("get_text", { selector: "#t" })).toBe("  two\n  lines ");
    expect(await call("get_text", { selector: "#i" })).toBe(`${"x".repeat(500)} `);
    expect(await call("get_text", { selector: "#p" })).toBe("••••••");
    const [, ref] = /textbox value="two lines" \[(e\d+)\]/.exec(await call("snapshot")) ?? [];
    expect(await call("get_text", { selector: ref })).toContain("lines");
  },
);

const words: readonly (readonly [string, string])[] = [
  ["Persian", "می\u200cخواهم"],
  ["Hindi", "क्\u200dष"],
  ["a family", "👨\u200d👩\u200d👧\u200d👦"],
  ["a heart", "❤\ufe0f"],
  ["a flag of a rainbow", "🏳\ufe0f\u200d🌈"],
  ["a woman who works", "👩🏽\u200d💻"],
  ["the flag of Scotland", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"],
  ["a Persian plural, which ends in a joiner", "کتاب\u200c"],
  ["the Arabic sign for a number", "\u0600۱۲"],
];

browserTest(
  "what nobody sees is taken out of a page, joiners between Latin letters too",
  async () => {
    const hidden = "a\u200bb\u200cc\u200dd\u2060e\ufefff\u202eg\u{e0041}h x\ufe0fy";
    const { call } = await open(`<p>${hidden}</p><p>می\u200c\u200c\u200cخواهم</p>`);
    expect(await call("get_text", { format: "text" })).toBe("abcdefgh xy\n\nمی\u200cخواهم");
  },
);

browserTest("Persian and signs come out of a page as they are", async () => {
  const text = words.map(([, word]) => word).join(" ");
  const { call } = await open(`<p>${text}</p>`);
  expect(await call("get_text")).toBe(text);
  expect(await call("snapshot")).toContain(text);
  expect(await call("find", { text: "می\u200cخواهم" })).toContain("می\u200cخواهم");
});

browserTest("objects on the console are shown, within bounds", async () => {
  const { call } = await open(`<script>
console.log("obj", { a: 1, b: "x", c: [1, 2], d: { e: 1 } });
console.log([1, "two", null], new Map([["k", 1]]), new Set([1]), new Error("broken"), null, undefined, 5n);
console.log("%s is %d", "x", 3);
console.log(Array.from({ length: 10000 }, (_, i) => i));
</script>`);
  const messages = await call("console_messages");
  expect(messages).toContain('obj {a: 1, b: "x", c: Array(2), d: Object}');
  expect(messages).toContain('[1, "two", null]');
  expect(messages).toContain('"k" => 1');
  expect(messages).toContain("Error: broken");
  expect(messages).toContain("[log] x is 3 @");
  expect(messages.length).toBeLessThan(4_000);
});

browserTest(
  "a full page of 40,000 pixels says what it leaves out, and goes on from there",
  async () => {
    const { call, refused } = await open(
      `<body style="margin:0"><div style="height:40000px"></div>`,
    );
    const first = await call("screenshot", { name: "a", full_page: true, max_width: 100 });
    expect(first).toContain("32000 pixels before the end. Go on with top 8000");
    const last = await call("screenshot", {
      name: "b",
      full_page: true,
      max_width: 100,
      top: 32_000,
    });
    expect(last).not.toContain("before the end");
    expect(await refused("screenshot", { name: "c", full_page: true, top: 50_000 })).toContain(
      "nothing below",
    );
  },
);

browserTest("a full page whose content scrolls in a box of its own says so", async () => {
  const { call } = await open(
    `<main style="height:100vh;overflow:auto"><div style="height:5000px"></div></main>`,
  );
  const said = await call("screenshot", { name: "a", full_page: true });
  expect(said).toContain("A box in the page scrolls by itself");
});

browserTest("print and dark are emulated at once, one after the other too", async () => {
  const { call } = await open("");
  const script =
    "[matchMedia('print').matches, matchMedia('(prefers-color-scheme: dark)').matches].join()";
  await call("emulate", { media: "print", color_scheme: "dark" });
  expect(await call("evaluate", { script })).toContain('"true,true"');
  await call("emulate", { media: "screen" });
  expect(await call("evaluate", { script })).toContain('"false,true"');
  await call("emulate", { media: "print" });
  expect(await call("evaluate", { script })).toContain('"true,true"');
});

browserTest("an open stream of events shows what has come of it", async () => {
  const { call, site } = await visit({
    "/": `<script>new EventSource("/events").onmessage = (event) => { document.title = event.data; }</script>`,
    "/events": (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: first\n\n");
    },
  });
  await call("navigate", { url: site.origin });
  await expect.poll(() => call("tabs")).toContain("first");
  const [id] = (await call("network_requests", { filter: "/events" })).split(" ");
  const request = await call("network_request", { id });
  expect(request).toContain("text/event-stream");
  expect(request).toContain("[The answer has not ended yet: this is what has come of it.]");
});

browserTest("an answer that has ended and comes slowly is shown or said to be slow", async () => {
  const site = await createSite({ "/": "<title>Here</title>whole" });
  onTestFinished(() => site.close());
  const { session } = openSession({ allowHosts: ["localhost"] });
  const tab = await session.open();
  tab.page.on("response", (response) => {
    const text = response.text.bind(response);
    vi.spyOn(response, "text").mockImplementation(async () => {
      await sleep(1_500);
      return text();
    });
  });
  await session.navigate(tab, site.origin, { waitUntil: "load", timeout: 10_000 });
  const { responseBody } = await tab.network.details("r1");
  expect(responseBody).toBe("<title>Here</title>whole");
});

browserTest("what becomes of a request with a very long URL is told", async () => {
  const { call, site } = await visit({ "/": "<title>Here</title>", "/slow": () => {} });
  await call("navigate", { url: site.origin });
  const ask = "const long = 'x'.repeat(12_000)";
  await call("evaluate", { script: `${ask}; fetch('/?' + long).then((it) => it.status)` });
  expect(await call("network_requests", { filter: "fetch" })).toContain("GET 200");
  await call("evaluate", {
    script: `const ending = new AbortController(); setTimeout(() => ending.abort(), 50);
fetch('/slow?' + 'x'.repeat(12_000), { signal: ending.signal }).catch(() => {})`,
  });
  await expect
    .poll(() => call("network_requests", { filter: "/slow" }))
    .toContain("GET net::ERR_ABORTED");
});

browserTest("hundreds of refused downloads are told in a few lines", async () => {
  const { session } = openSession({});
  const tab = await session.open();
  for (let at = 0; at < 300; at += 1) {
    tab.addDownload(`file-${at}`, `data:text/plain,${"x".repeat(10_000)}`);
  }
  const said = await session.report("Done.", tab);
  expect(said).toContain("A download was refused: file-0 (data:text/plain");
  expect(said).toContain("280 more downloads were refused.");
  expect(said.length).toBeLessThan(7_000);
  expect(await session.report("Done.", tab)).not.toContain("refused");
});

browserTest("what cannot be asked for its listeners leaves the snapshot whole", async () => {
  const site = await createSite({
    "/": `<div id=red style="width:40px;height:40px;background:red"></div><div id=lime style="width:40px;height:40px;background:lime"></div>
<script>for (const one of [red, lime]) one.addEventListener("click", () => {});</script>`,
  });
  onTestFinished(() => site.close());
  const { session } = openSession({ allowHosts: ["localhost"] });
  const tab = await session.open();
  await session.navigate(tab, site.origin, { waitUntil: "load", timeout: 10_000 });
  const { client } = toInside(tab.page.mainFrame());
  const send = client.send.bind(client);
  let refused = 0;
  vi.spyOn(client, "send").mockImplementation((method, ...rest) => {
    if (method !== "DOMDebugger.getEventListeners" || refused > 0) return send(method, ...rest);
    refused += 1;
    return Promise.reject(new Error("Could not find object with given id"));
  });
  expect(await session.snapshot(tab)).toMatch(/color=rgb\(0,255,0\) clickable/);
  expect(refused).toBe(1);
});

browserTest("fields that do not tell what is selected in them are copied from too", async () => {
  const { call } = await open(
    `<input id=a type=email value="ada@example.org"><input id=n type=number value=42><input id=p type=password value=hidden><input id=b><input id=e>`,
  );
  const copy = async (selector: string) => {
    await call("press_key", { selector, key: "Control+A" });
    return call("press_key", { key: "Control+C" });
  };
  for (const [selector, text] of [
    ["#a", "ada@example.org"],
    ["#n", "42"],
  ] as const) {
    expect(await copy(selector)).not.toContain("copied");
    await call("press_key", { selector: "#b", key: "Control+A" });
    await call("press_key", { selector: "#b", key: "Control+V" });
    expect(await call("evaluate", { script: "b.value" })).toContain(`"${text}"`);
  }
  expect(await copy("#e")).toContain("Nothing was copied: nothing is selected.");
  expect(await copy("#p")).toContain("What a password field holds is not copied.");
  await call("evaluate", { script: "b.value = 'x'.repeat(1_000_001); 1" });
  await call("press_key", { selector: "#b", key: "Control+A" });
  const much = { selector: "#b", key: "Control+C" };
  await expect(call("press_key", much)).rejects.toThrow("too much to be copied");
});

browserTest(
  "what is copied in one field is pasted in another, and in no other browser",
  async () => {
    const { call } = await open(
      `<input id=a value="some text"><input id=b><input id=c value=gone><p id=p>words</p><div id=d contenteditable></div>`,
    );
    const value = (script: string) => call("evaluate", { script });
    await call("press_key", { selector: "#a", key: "Control+A" });
    await call("press_key", { key: "Control+C" });
    await call("press_key", { selector: "#b", key: "Control+V" });
    expect(await value("a.value + '|' + b.value")).toContain('"some text|some text"');
    await call("press_key", { selector: "#c", key: "Control+A" });
    await call("press_key", { key: "Control+X" });
    await call("press_key", { selector: "#d", key: "Shift+Insert" });
    expect(await value("c.value + '|' + d.textContent")).toContain('"|gone"');
    await call("click", { selector: "#p", count: 3 });
    await call("press_key", { key: "Control+C" });
    await call("press_key", { selector: "#c", key: "Control+V" });
    expect(await value("c.value.trim()")).toContain('"words"');
  },
);
