import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { browserTest, visit, visitAlone } from "../../test/support/browser.ts";

const form = `<title>Form</title><h1>Order</h1>
<form action="/done">
<label>Name <input id="name" name="name" value="old"></label>
<label>Note <textarea id="note"></textarea></label>
<label>Password <input id="pw" type="password" value="hunter2"></label>
<label>Size <select id="size" name="size"><option value="s">Small</option><option value="l">Large</option></select></label>
<label><input id="box" type="checkbox" name="box"> Gift</label>
<label>Day <input id="day" type="date" name="day"></label>
<div id="rich" contenteditable="true">rich</div>
<input id="file" type="file" multiple>
<button id="go">Send</button>
</form>
<p id="said"></p>
<script>document.querySelector("#name").addEventListener("input", (e) => { said.textContent = e.target.value; });</script>`;

/** What `--read-only` takes away. */
const writing = [
  ...[
    "click",
    "fill",
    "fill_form",
    "select",
    "press_key",
    "drag",
    "mouse",
    "upload_file",
    "evaluate",
  ],
];
const pages = { "/": form, "/done": "<title>Done</title><p>Thank you</p>" };

browserTest("the reference's seven tools answer as they did", async () => {
  const { call, client, site } = await visit(pages);
  expect(await call("navigate", { url: site.origin })).toContain(`Navigated to ${site.origin}`);
  const shot = await client.callTool("puppeteer_screenshot", { name: "form", encoded: false });
  expect(shot.text).toContain("Screenshot 'form' taken at 1280x720");
  expect(shot.content).toMatchObject([{ type: "text" }, { type: "image", mimeType: "image/jpeg" }]);
  expect(await call("fill", { selector: "#name", value: "Ada" })).toContain(
    "Filled #name with: Ada",
  );
  expect(await call("select", { selector: "#size", value: "l" })).toContain(
    "Selected #size with: l",
  );
  expect(await call("hover", { selector: "#go" })).toContain("Hovered #go");
  const script = "console.log('hello'); ({ name: document.querySelector('#name').value })";
  expect(await call("evaluate", { script })).toBe(
    'Execution result:\n{\n  "name": "Ada"\n}\n\nConsole output:\n[log] hello',
  );
  const clicked = await call("click", { selector: "#go" });
  expect(clicked).toContain("Clicked: #go");
  expect(clicked).toContain(`Done - ${site.origin}/done?name=Ada&size=l`);
});

browserTest("a snapshot gives refs that act, hides passwords and finds", async () => {
  const { call, refused, site } = await visit(pages);
  await call("navigate", { url: site.origin });
  const snapshot = await call("snapshot");
  expect(snapshot).toContain('heading "Order" level=1');
  expect(snapshot).toMatch(/textbox "Password" value="•••"/);
  expect(snapshot).not.toContain("hunter2");
  const [, name] = /textbox "Name" value="old".*\[(e\d+)\]/.exec(snapshot) ?? [];
  await call("fill", { selector: name, value: "by ref" });
  expect(await call("get_text", { selector: "#said" })).toBe("by ref");
  expect(await call("snapshot", { ref: name })).toContain(`[${name}]`);
  const [, go] = /button "Send".*\[(e\d+)\]/.exec(await call("find", { text: "send" })) ?? [];
  expect(await call("find", { regex: "^button .*send" })).toContain(`[${go}]`);
  expect(await call("click", { selector: go, include_snapshot: true })).toContain("Thank you");
  expect(await refused("click", { selector: go })).toContain("Take a new puppeteer_snapshot");
  expect(await call("snapshot", { max_chars: 100 })).toContain("page");
});

browserTest("fields of every kind are filled", async () => {
  const { call, refused, site } = await visit(pages);
  await call("navigate", { url: site.origin });
  await call("fill_form", {
    fields: [
      { selector: "#name", value: "Grace" },
      { selector: "#note", value: "two\nlines" },
      { selector: "#size", value: "Large" },
      { selector: "#box", value: "true" },
      { selector: "#day", value: "2026-11-21" },
      { selector: "#rich", value: "edited" },
    ],
  });
  const script =
    "[document.querySelector('#name').value, note.value, size.value, box.checked, day.value, rich.textContent]";
  expect(await call("evaluate", { script: `JSON.stringify(${script})` })).toContain(
    JSON.stringify(JSON.stringify(["Grace", "two\nlines", "l", true, "2026-11-21", "edited"])),
  );
  expect(await refused("fill", { selector: "#go", value: "x" })).toContain("takes no text");
  expect(await refused("fill", { selector: "#box", value: "x" })).toContain('"true" or "false"');
  expect(await refused("select", { selector: "#size", value: "XL" })).toContain("has no option");
  expect(await refused("click", { selector: "#none" })).toContain("No element matches #none");
  expect(await refused("click", { selector: "##" })).toContain("not valid CSS");
});

browserTest("each tool that can return a snapshot does so where it is asked to", async () => {
  const { call, client, site } = await visit(pages);
  await call("navigate", { url: site.origin });
  const calls: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    click: { selector: "#box" },
    drag: { from: "#box", to: "#name" },
    fill: { selector: "#name", value: "Ada" },
    fill_form: { fields: [{ selector: "#name", value: "Ada" }] },
    hover: { selector: "#name" },
    navigate: { url: site.origin },
    press_key: { key: "Tab" },
    select: { selector: "#size", value: "l" },
  };
  const { tools } = await client.request("tools/list");
  const asked = JSON.stringify(tools)
    .split('"name":"puppeteer_')
    .filter((tool) => tool.includes('"include_snapshot"'))
    .map((tool) => tool.split('"')[0] ?? "");
  // Where nothing may be uploaded there is nothing to show afterwards.
  expect(asked.filter((name) => name !== "upload_file").sort()).toEqual(Object.keys(calls));
  for (const [name, args] of Object.entries(calls)) {
    expect(await call(name, { ...args, include_snapshot: true }), name).toContain('button "Send"');
    expect(await call(name, args), name).not.toContain('button "Send"');
  }
});

browserTest("keys are pressed and elements dragged", async () => {
  const { call, refused, site } = await visit({
    "/": `<input id="i"><div id="a" draggable="true" style="width:50px;height:50px;background:red">a</div>
<div id="b" style="width:80px;height:80px;background:blue" ondragover="event.preventDefault()" ondrop="this.textContent='dropped'">b</div>`,
  });
  await call("navigate", { url: site.origin });
  await call("fill", { selector: "#i", value: "abc" });
  await call("press_key", { selector: "#i", key: "Control+A" });
  await call("press_key", { key: "x" });
  expect(await call("evaluate", { script: "i.value" })).toContain('"x"');
  expect(await refused("press_key", { key: "Nope" })).toContain("There is no key");
  await call("drag", { from: "#a", to: "#b" });
  expect(await call("get_text", { selector: "#b" })).toBe("dropped");
});

browserTest("tabs, popups, history and the cap on pages", async () => {
  const { call, refused, client, site } = await visitAlone(
    {
      "/": `<title>One</title><a id="pop" href="/two" target="_blank">pop</a>`,
      "/two": "<title>Two</title>",
    },
    { maxPages: 2 },
  );
  await call("navigate", { url: site.origin });
  await call("navigate", { url: `${site.origin}/two` });
  expect(await call("back_forward", { action: "back" })).toContain("One - ");
  expect(await call("back_forward", { action: "forward" })).toContain("Two - ");
  await call("back_forward", { action: "back" });
  await call("click", { selector: "#pop" });
  await expect
    .poll(async () => {
      const { structuredContent } = await client.callTool("puppeteer_tabs");
      return structuredContent;
    })
    .toMatchObject({
      pages: [
        { title: "One", current: true },
        { title: "Two", current: false },
      ],
    });
  expect(await refused("tabs", { action: "new" })).toContain("2 pages are open");
  expect(await refused("tabs", { action: "select", page_id: "p_none" })).toContain(
    "no page p_none",
  );
  await call("tabs", { action: "close" });
  expect(await call("snapshot")).toContain('page "Two"');
  expect(await call("close")).toBe("Closed 1 pages.");
});

browserTest("dialogs are told of and answered", async () => {
  const { call, refused, site } = await visit({
    "/": `<button id="ask" onclick="said.textContent = prompt('Your name?')">ask</button><p id="said"></p>`,
  });
  await call("navigate", { url: site.origin });
  expect(await call("click", { selector: "#ask" })).toContain('prompt dialog: "Your name?"');
  expect(await refused("snapshot")).toContain("puppeteer_handle_dialog");
  expect(await call("handle_dialog", { accept: true, text: "Ada" })).toContain("Accepted");
  expect(await call("get_text", { selector: "#said" })).toBe("Ada");
  expect(await refused("handle_dialog", { accept: true })).toContain("No dialog is open");
});

browserTest("waiting ends when text, element or absence is there", async () => {
  const { call, refused, site } = await visit({
    "/": `<p id="now">loading</p><script>setTimeout(() => { now.remove(); document.body.insertAdjacentHTML("beforeend", "<b id=x>ready</b>"); }, 100)</script>`,
  });
  await call("navigate", { url: site.origin });
  await call("wait_for", { text: "ready", selector: "#x", gone: "loading" });
  await call("wait_for", { time_ms: 1 });
  expect(await refused("wait_for", { text: "never", time_ms: 200 })).toContain("took too long");
  expect(await refused("wait_for")).toContain("Nothing to wait for");
});

browserTest("console and network are listed, repeats counted, credentials hidden", async () => {
  const { call, client, site } = await visit({
    "/": `<script>for (let i = 0; i < 3; i++) console.warn("again");
fetch("/api", { method: "POST", body: "sent", headers: { authorization: "Bearer abc" } }).then(() => { document.title = "ready"; }); nowhere();</script>`,
    "/api": (_, response) => response.setHeader("set-cookie", "id=1").end("answered"),
  });
  await call("navigate", { url: site.origin });
  const messages = await call("console_messages", { level: "warn" });
  expect(messages).toContain("[warn] again (3 times)");
  expect(messages).toContain("nowhere is not defined");
  await expect.poll(() => call("network_requests", { filter: "/api" })).toContain("POST 200");
  const [id] = (await call("network_requests", { filter: "/api" })).split(" ");
  const request = await call("network_request", { id });
  expect(request).toContain('"authorization": "[hidden]"');
  expect(request).toContain('"requestBody": "sent"');
  expect(request).toContain('"responseBody": "answered"');
  const log = await client.request("resources/read", { uri: "console://logs" });
  expect(JSON.stringify(log)).toContain("again");
});

browserTest("pictures are sized for a model, and kept", async () => {
  const { call, client, refused, site } = await visit({
    "/": `<body style="margin:0"><div id="box" style="width:300px;height:200px;background:teal"></div><div style="height:5000px;width:3000px"></div>`,
  });
  await call("navigate", { url: site.origin });
  expect(await call("screenshot", { name: "box", selector: "#box", format: "png" })).toContain(
    "300x200",
  );
  expect(await call("screenshot", { name: "small", max_width: 640 })).toContain("640x360");
  const top = await call("screenshot", { name: "top", max_width: 64, top: 100 });
  expect(top).toContain("top 100 was not used");
  expect(await call("screenshot", { name: "sized", width: 800, height: 600 })).toContain("800x600");
  const whole = await client.callTool("puppeteer_screenshot", { name: "whole", full_page: true });
  expect(whole.text).toMatch(/taken at 1280x\d+/);
  expect(whole.content[1]).toMatchObject({ type: "image", mimeType: "image/jpeg" });
  expect(await call("screenshot", { name: "uri", max_width: 64, encoded: true })).toContain(
    "data:image/jpeg;base64,",
  );
  const { resources } = await client.request("resources/list");
  expect(JSON.stringify(resources)).toContain("screenshot://small");
  const kept = await client.request("resources/read", { uri: "screenshot://box" });
  expect(kept).toMatchObject({ contents: [{ mimeType: "image/png" }] });
  await call("evaluate", { script: "box.style.display = 'none'" });
  expect(await refused("screenshot", { name: "x", selector: "#box" })).toContain("no space");
});

browserTest("a page becomes a PDF and Markdown", async () => {
  const { client, call, site } = await visit({
    "/": `<h1>Title</h1><p>Some <b>bold</b> <a href="/x">link</a>\u200b.</p><ul><li>one<li>two</ul>
<table><tr><th>a<th>b<tr><td>1<td>2</table><p style="display:none">hidden</p><script>1</script>`,
  });
  await call("navigate", { url: site.origin });
  const markdown = await call("get_text");
  expect(markdown).toContain(`# Title\n\nSome **bold** [link](${site.origin}/x).`);
  expect(markdown).toContain("- one\n- two");
  expect(markdown).toContain("| a | b |\n| --- | --- |\n| 1 | 2 |");
  expect(markdown).not.toContain("hidden");
  expect(await call("get_text", { format: "text", selector: "h1" })).toBe("Title");
  const { content } = await client.callTool("puppeteer_pdf");
  const uri = String(content[1]?.["uri"]);
  expect(content).toMatchObject([
    { text: expect.stringContaining(uri) },
    { type: "resource_link", mimeType: "application/pdf" },
  ]);
  const kept = await client.request("resources/read", { uri });
  expect(kept).toMatchObject({
    contents: [{ mimeType: "application/pdf", blob: expect.any(String) }],
  });
});

browserTest("a page believes in another screen, network and browser", async () => {
  const { call, refused, site } = await visit({
    "/": `<meta name="viewport" content="width=device-width">`,
  });
  await call("navigate", { url: site.origin });
  await call("emulate", {
    width: 390,
    height: 800,
    mobile: true,
    color_scheme: "dark",
    user_agent: "Fairlead",
  });
  const script =
    "[innerWidth, navigator.userAgent, matchMedia('(prefers-color-scheme: dark)').matches].join()";
  expect(await call("evaluate", { script })).toContain("390,Fairlead,true");
  await call("emulate", { network: "offline" });
  expect(await refused("navigate", { url: `${site.origin}/?x` })).toContain("offline");
  await call("emulate", { network: "online", media: "print" });
  expect(await call("navigate", { url: `${site.origin}/?y` })).toContain("Navigated");
});

browserTest("only files of permitted directories are uploaded", async () => {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-up-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, "a.txt"), "from a file");
  const { call, refused, site } = await visitAlone(pages, { uploadDirectories: [directory] });
  await call("navigate", { url: site.origin });
  const file = { selector: "#file", paths: [join(directory, "a.txt")] };
  expect(await call("upload_file", { ...file, include_snapshot: true })).toContain('button "Send"');
  expect(await call("evaluate", { script: "file.files[0].text()" })).toContain("from a file");
  const outside = { selector: "#file", paths: ["/etc/passwd"] };
  expect(await refused("upload_file", outside)).toContain("outside allowed directories");
  await call("evaluate", { script: "file.multiple = false; 1" });
  const two = { selector: "#file", paths: [join(directory, "a.txt"), join(directory, "a.txt")] };
  expect(await refused("upload_file", two)).toContain("takes one file");
  expect(await refused("upload_file", { ...outside, selector: "#name" })).toContain(
    "not a file field",
  );
});

browserTest("--read-only leaves a browser to read with", async () => {
  const { call, refused, client, site } = await visitAlone(
    {
      "/": `<title>One</title><a href="/two" id=a onmouseover="said.textContent = 'over'">two</a><p id=said></p>`,
      "/two": "<title>Two</title><script>setTimeout(() => confirm('Really?'))</script>",
    },
    {},
    { readOnly: true },
  );
  expect(await call("navigate", { url: site.origin })).toContain("One");
  await call("emulate", { width: 500 });
  await call("hover", { selector: "#a" });
  await call("wait_for", { text: "over" });
  expect(await call("snapshot")).toContain('link "two"');
  await call("screenshot", { name: "one" });
  await call("pdf");
  await call("tabs", { action: "new", url: `${site.origin}/two` });
  await expect.poll(() => refused("snapshot")).toContain('confirm dialog: "Really?"');
  expect(await refused("handle_dialog", { accept: true })).toContain("--read-only");
  expect(await call("handle_dialog", { accept: false })).toContain("Dismissed");
  await call("back_forward", { action: "reload" });
  const { tools } = await client.request("tools/list");
  const names = JSON.stringify(tools).match(/(?<="name":"puppeteer_)\w+/g);
  for (const name of writing) {
    expect(names).not.toContain(name);
    expect(await refused(name), name).toContain("--read-only");
  }
  expect(names).toHaveLength(25 - writing.length);
  expect(await call("close")).toBe("Closed 2 pages.");
});

browserTest("a value that JSON has no form for is told all the same", async () => {
  const { call, site } = await visit({ "/": "" });
  await call("navigate", { url: site.origin });
  expect(await call("evaluate", { script: "10n" })).toContain('result:\n"10n"');
  expect(await call("evaluate", { script: "[NaN, Infinity]" })).toContain("null,\n  null");
});
