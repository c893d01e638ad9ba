import { expect } from "vitest";
import { browserTest, visit } from "../../test/support/browser.ts";
import { pages } from "../../test/support/form.ts";

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
