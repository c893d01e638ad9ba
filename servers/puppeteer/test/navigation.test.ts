import { describe, expect } from "vitest";
import { browserTest, createCanary, visitAlone } from "./support/browser.ts";
import type { Answer } from "./support/site.ts";

/** Encodings of a loopback address, each a URL up to its port. */
const encodings = [
  "http://127.0.0.1",
  "http://127.1",
  "http://127.0.1",
  "http://2130706433",
  "http://0x7f000001",
  "http://0x7f.0.0.1",
  "http://0x7f.1",
  "http://017700000001",
  "http://0177.0.0.1",
  "http://0177.0.0.01",
  "http://127.000.000.001",
  "http://127.0.0.1.",
  "http://%31%32%37.0.0.1",
  "http://%6c%6f%63%61%6c%68%6f%73%74",
  "http://①②⑦.⓪.⓪.①",
  "http://１２７.0.0.1",
  "http://127。0。0。1",
  "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
  "http://0",
  "http://0.0.0.0",
  "http://0x0",
  "http://00000000000",
  "http://LOCALHOST",
  "http://localhost.",
  "http://a.localhost",
  "http://a.b.localhost.",
  "http://user@127.0.0.1",
  "http://example.com@127.0.0.1",
  "http://example.com:80@127.0.0.1",
  "http:127.0.0.1",
  "http:/127.0.0.1",
  "http:\\\\127.0.0.1",
  "http://127.0.0\t.1",
  "  http://127.0.0.1",
  "http://127.9.9.9",
  "http://[::1]",
  "http://[::]",
  "http://[0:0:0:0:0:0:0:1]",
  "http://[::ffff:127.0.0.1]",
  "http://[::ffff:7f00:1]",
  "http://[::127.0.0.1]",
  "http://[64:ff9b::7f00:1]",
  "http://[2002:7f00:1::]",
  "https://127.0.0.1",
];

const elsewhere = [
  "http://169.254.169.254/latest/meta-data/",
  "http://[fd00:ec2::254]/",
  "http://100.100.100.200/",
  "http://10.0.0.1/",
  "http://172.16.0.1/",
  "http://192.168.1.1/",
  "http://[fe80::1]/",
];

const schemes = [
  "file:///etc/passwd",
  "FILE:///etc/passwd",
  "file://localhost/etc/passwd",
  "view-source:file:///etc/passwd",
  "view-source:http://localhost/",
  "chrome://version",
  "chrome://settings",
  "chrome-untrusted://new-tab-page/",
  "chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/index.html",
  "devtools://devtools/bundled/inspector.html",
  "about:version",
  "data:text/html,<h1>hi</h1>",
  "javascript:alert(1)",
  "blob:http://localhost/x",
  "filesystem:http://localhost/temporary/x",
  "ftp://localhost/",
  "blob:null/x",
];

describe("SSRF and file access by navigation (modelcontextprotocol/servers#3660, #3662)", () => {
  browserTest(`${encodings.length} encodings of loopback never reach it`, async () => {
    const canary = await createCanary();
    const { refused } = await visitAlone({});
    for (const encoding of encodings) {
      const url = `${encoding}:${canary.port}/`;
      const said = await refused("navigate", { url });
      expect(said, url).toMatch(/Refused|not an absolute URL/);
    }
    expect(canary.connections()).toBe(0);
  });

  browserTest("nor from inside a page, where nothing but the proxy refuses them", async () => {
    const canary = await createCanary();
    const { call, site } = await visitAlone({ "/": "" });
    await call("navigate", { url: site.origin });
    const urls = encodings.map((encoding) => `${encoding}:${canary.port}/`);
    const script = `Promise.all(${JSON.stringify(urls)}.map((url) =>
      fetch(url, { mode: "no-cors" }).then(() => "answered", () => "failed"))).then((all) => all.length)`;
    expect(await call("evaluate", { script })).toContain(String(encodings.length));
    expect(canary.connections()).toBe(0);
  });

  browserTest(
    "metadata services and private networks are refused, and the flag is named",
    async () => {
      const { refused } = await visitAlone({});
      for (const url of elsewhere)
        expect(await refused("navigate", { url })).toContain("--allow-hosts");
    },
  );

  browserTest("file:, view-source:, chrome:, data: and their like are refused", async () => {
    const { refused, call, site } = await visitAlone({ "/": "<title>Here</title>" });
    await call("navigate", { url: site.origin });
    for (const url of schemes) {
      expect(await refused("navigate", { url }), url).toContain("Refused");
      expect(await refused("tabs", { action: "new", url }), url).toContain("Refused");
    }
  });

  browserTest("a redirect cannot lead to them", async () => {
    const locations = ["file:///etc/passwd", "data:text/html,hi", "chrome://version"];
    const pages = locations.map((location, at) => {
      const answer: Answer = (_, to) => void to.writeHead(302, { location }).end();
      return [`/${at}`, answer] as const;
    });
    const { call, refused, site } = await visitAlone(Object.fromEntries(pages));
    for (const [path] of pages) {
      expect(await refused("navigate", { url: `${site.origin}${path}` })).toContain("did not load");
      expect(await call("tabs")).not.toMatch(/"url":"(?:file|data|chrome):/);
    }
  });

  browserTest("a page cannot leave for file:, chrome: or data: either", async () => {
    const { call, client, site } = await visitAlone({ "/": "<title>Here</title>" });
    await call("navigate", { url: site.origin });
    for (const url of schemes.filter((one) => !one.startsWith("javascript"))) {
      const script = `try { open(${JSON.stringify(url)}); location.href = ${JSON.stringify(url)}; } catch {} 1`;
      await client.callTool("puppeteer_evaluate", { script });
      await client.callTool("puppeteer_wait_for", { time_ms: 50 });
    }
    const { text } = await client.callTool("puppeteer_tabs");
    expect(text).not.toMatch(/"url":"(?:file|view-source|chrome|data|devtools|ftp):/);
    const { text: read } = await client.callTool("puppeteer_get_text");
    expect(read).not.toContain("root:");
  });
});
