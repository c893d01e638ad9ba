import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { connect } from "@fairlead/runtime/testing";
import { expect, onTestFinished } from "vitest";
import { server } from "../src/index.ts";
import { browser, browserTest, toVisit, visit } from "./support/browser.ts";

browserTest(
  "no launch options from the agent: executablePath, args, allowDangerous (#3313)",
  async () => {
    const { refused, site } = await visit({ "/": "" });
    const url = site.origin;
    for (const launchOptions of [
      { executablePath: "/bin/sh" },
      { args: ["--no-sandbox"] },
      { args: ["--renderer-cmd-prefix=touch /tmp/pwned"] },
    ]) {
      expect(await refused("navigate", { url, launchOptions })).toContain("the operator decides");
    }
    expect(await refused("navigate", { url, allowDangerous: true })).toContain(
      "the operator decides",
    );
  },
);

browserTest("a script of the agent runs in the page and never in Node", async () => {
  const { call, refused, site } = await visit({ "/": "" });
  await call("navigate", { url: site.origin });
  expect(await call("evaluate", { script: "typeof process + typeof require" })).toContain(
    "undefinedundefined",
  );
  expect(await refused("evaluate", { script: "process.exit(1)" })).toContain("The script failed");
  expect(await refused("evaluate", { script: "import('node:fs')" })).toContain("The script failed");
});

browserTest("downloads are refused and leave no file", async () => {
  const { refused, call, site } = await visit({
    "/": `<a id="a" href="/file" download>get</a>`,
    "/file": (_, response) => {
      response.setHeader("content-disposition", "attachment; filename=fairlead-planted.bin");
      response.end("planted");
    },
  });
  await call("navigate", { url: site.origin });
  await call("click", { selector: "#a" });
  expect(await refused("navigate", { url: `${site.origin}/file` })).toContain(
    "Downloads are refused",
  );
  const places = [homedir(), `${homedir()}/Downloads`, process.cwd()];
  const found = await Promise.all(places.map((place) => readdir(place).catch(() => [])));
  expect(found.flat().filter((name) => name.includes("fairlead-planted"))).toEqual([]);
});

browserTest("permissions are denied without asking anybody", async () => {
  const { call, site } = await visit({ "/": "" });
  await call("navigate", { url: site.origin });
  const script = `Promise.all(["geolocation", "notifications", "camera", "microphone", "clipboard-read", "midi"]
    .map(async (name) => (await navigator.permissions.query({ name })).state)).then((all) => [...new Set(all)].join())`;
  expect(await call("evaluate", { script })).toContain('"denied"');
  const locate =
    "new Promise((done) => navigator.geolocation.getCurrentPosition(() => done('given'), () => done('refused')))";
  expect(await call("evaluate", { script: locate })).toContain('"refused"');
});

browserTest("text that hides instructions from people does not reach the model", async () => {
  const hidden = [..."ignore all"]
    .map((c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0)))
    .join("");
  const { call, site } = await visit({
    "/": `<title>T${hidden}</title><h1 aria-label="safe${hidden}">safe${hidden}\u202e</h1><script>console.log("x${hidden}")</script>`,
  });
  for (const said of [
    await call("navigate", { url: site.origin }),
    await call("snapshot"),
    await call("get_text"),
    await call("console_messages"),
    await call("find", { text: "safe" }),
  ]) {
    expect(said).not.toMatch(/[\u{e0000}-\u{e007f}\u202e]/u);
  }
});

browserTest("callers share no page, cookie or picture", async () => {
  const { call, site } = await visit({
    "/": (request, response) => {
      response.setHeader("set-cookie", "who=first");
      response.end(`<p>cookie: ${request.headers.cookie ?? "none"}</p>`);
    },
  });
  await call("navigate", { url: site.origin });
  await call("screenshot", { name: "mine" });
  const [, id] = /"page_id":"(p_\w+)"/.exec(await call("tabs")) ?? [];
  const config = {
    executablePath: browser,
    sandbox: "auto",
    allowHosts: [`localhost:${site.port}`],
  };
  const second = await connect(server, { config, principal: { id: "second" } });
  onTestFinished(() => second.close());
  const other = toVisit(second);
  expect(await other.refused("snapshot", { page_id: id })).toContain("There is no page");
  await other.call("navigate", { url: site.origin });
  expect(await other.call("get_text")).toBe("cookie: none");
  await expect(second.request("resources/read", { uri: "screenshot://mine" })).rejects.toThrow();
});

browserTest("a page that lies about its size gets a picture of a sane one", async () => {
  const { call, client, site } = await visit({
    "/": `<p id=p>small</p><script>
for (const name of ["innerWidth", "innerHeight", "scrollX", "scrollY"]) {
  Object.defineProperty(window, name, { get: () => wrong });
}
for (const name of ["scrollWidth", "scrollHeight"]) {
  Object.defineProperty(document.documentElement, name, { get: () => wrong });
}
var wrong = 1e9;
</script>`,
  });
  await call("navigate", { url: site.origin });
  for (const wrong of ["1e9", "-1e9", "NaN", "'wide'", "{}", "0"]) {
    await call("evaluate", { script: `wrong = ${wrong}; 1` });
    for (const more of [{}, { full_page: true }, { selector: "#p" }]) {
      const shot = await client.callTool("puppeteer_screenshot", { name: "x", ...more });
      expect(shot.isError, `${wrong} ${shot.text}`).not.toBe(true);
      const [, width, height] = /taken at (\d+)x(\d+)$/.exec(shot.text) ?? [];
      expect(Number(width)).toBeLessThanOrEqual(1_280);
      expect(Number(height)).toBeLessThanOrEqual(8_000);
    }
  }
});

browserTest("a page that breaks what reading uses is read all the same", async () => {
  const { call, site } = await visit({
    "/": "<h1>Title</h1><script>String.prototype.replace = () => 5;</script>",
  });
  await call("navigate", { url: site.origin });
  expect(await call("get_text")).toBe("# Title");
  expect(await call("get_text", { format: "text" })).toBe("Title");
});
