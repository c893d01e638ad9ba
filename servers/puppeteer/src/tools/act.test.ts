import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { browserTest, visit, visitAlone } from "../../test/support/browser.ts";
import { pages } from "../../test/support/form.ts";

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

browserTest("only files of permitted directories are uploaded", async () => {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-up-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, "a.txt"), "from a file");
  const { call, refused, site } = await visitAlone(pages, { uploadDirs: [directory] });
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
