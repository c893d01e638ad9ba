import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { createUrlGuard } from "@fairlead/runtime/guard";
import { type ConnectedClient, connect } from "@fairlead/runtime/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished } from "vitest";
import { BrowserHost } from "../src/browser-host.ts";
import { server } from "../src/index.ts";
import { browser, browserTest, createCanary, toVisit, visit } from "./support/browser.ts";
import { createSite, type Site } from "./support/site.ts";
import { vectors } from "./support/vectors.ts";

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
    const { refused } = await visit({});
    for (const encoding of encodings) {
      const url = `${encoding}:${canary.port}/`;
      const said = await refused("navigate", { url });
      expect(said, url).toMatch(/Refused|no absolute URL/);
    }
    expect(canary.connections()).toBe(0);
  });

  browserTest(
    "metadata services and private networks are refused, and the flag is named",
    async () => {
      const { refused } = await visit({});
      for (const url of elsewhere)
        expect(await refused("navigate", { url })).toContain("--allow-hosts");
    },
  );

  browserTest("file:, view-source:, chrome:, data: and their like are refused", async () => {
    const { refused, call, site } = await visit({ "/": "<title>Here</title>" });
    await call("navigate", { url: site.origin });
    for (const url of schemes) {
      expect(await refused("navigate", { url }), url).toContain("Refused");
      expect(await refused("tabs", { action: "new", url }), url).toContain("Refused");
    }
  });

  browserTest("a page cannot leave for file:, chrome: or data: either", async () => {
    const { call, client, site } = await visit({ "/": "<title>Here</title>" });
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

describe("ways out of a page to a private address", () => {
  let canary: Site;
  let site: Site;
  let closed: ConnectedClient;
  let open: ConnectedClient;

  beforeAll(async () => {
    canary = await createSite({});
    site = await createSite(vectors(() => `http://localhost:${canary.port}`));
    const allowed = `localhost:${site.port}`;
    const config = {
      executablePath: browser,
      sandbox: "auto",
      allowHosts: [allowed],
      maxPages: 50,
    };
    closed = await connect(server, { config });
    const opened = { ...config, allowHosts: [allowed, `localhost:${canary.port}`] };
    open = await connect(server, { config: opened });
  });
  afterAll(async () => {
    await Promise.all([closed.close(), open.close()]);
    await Promise.all([site.close(), canary.close()]);
  });

  for (const name of Object.keys(vectors(() => ""))) {
    if (name.split("/").length > 2) continue;
    const hit = `/hit${name.replace("/", "-")}`;
    browserTest(`${name.slice(1)} does not reach it, and does where it is allowed`, async () => {
      const before = canary.connections();
      const shut = toVisit(closed);
      await closed.callTool("puppeteer_navigate", { url: `${site.origin}${name}` });
      await shut.call("wait_for", { time_ms: 500 });
      expect(canary.connections() - before).toBe(0);
      await shut.call("close");
      // The control: the same page gets there when it may.
      await open.callTool("puppeteer_navigate", { url: `${site.origin}${name}` });
      await expect
        .poll(() => canary.seen.some((line) => line.includes(hit)), { timeout: 20_000 })
        .toBe(true);
      await toVisit(open).call("close");
    });
  }
});

browserTest(
  "DNS rebinding: every connection is judged by its own answer, and made to it",
  async () => {
    const canary = await createCanary();
    const site = await createSite({ "/": "<title>Public</title>" });
    onTestFinished(() => site.close());
    let asked = 0;
    // The name is "public" when it is first asked for, and loopback ever after.
    const guard = createUrlGuard({
      lookup: async () => (asked++ === 0 ? ["203.0.114.1"] : ["127.0.0.1"]),
    });
    const host = new BrowserHost({
      executablePath: browser,
      headed: false,
      sandbox: "auto",
      guard,
      warn: () => {},
    });
    host.acquire();
    try {
      await guard.resolve("rebind.example", canary.port);
      const context = await host.createContext();
      const page = await context.newPage();
      const answer = await page.goto(`http://rebind.example:${canary.port}/`).catch(() => null);
      expect(answer?.status()).toBe(403);
      expect(await answer?.text()).toContain("leads to 127.0.0.1");
      expect(canary.connections()).toBe(0);
    } finally {
      await host.release();
    }
  },
);

browserTest("WebRTC and WebTransport send nothing past the proxy", async () => {
  const udp = createSocket("udp4");
  let packets = 0;
  udp.on("message", () => {
    packets += 1;
  });
  udp.bind(0, "127.0.0.1");
  await once(udp, "listening");
  onTestFinished(() => void udp.close());
  const { port } = udp.address();
  const page = `<script type="module">
const peer = new RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1:${port}" }] });
peer.createDataChannel("x");
await peer.setLocalDescription(await peer.createOffer());
const gathered = new Promise((done) => { peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && done(); });
const carried = new WebTransport("https://127.0.0.1:${port}/").ready.catch(() => {});
await Promise.race([gathered, new Promise((done) => setTimeout(done, 3000))]);
document.title = "tried";
</script>`;
  const { call, site } = await visit({ "/": page });
  await call("navigate", { url: site.origin });
  await expect.poll(() => call("tabs"), { timeout: 15_000 }).toContain("tried");
  expect(packets).toBe(0);
  // The control: a browser that was not told otherwise does send.
  const { launch } = await import("puppeteer-core");
  const plain = await launch({
    executablePath: browser ?? "",
    pipe: true,
    args: ["--no-sandbox"],
  });
  try {
    const other = await plain.newPage();
    await other.goto(site.origin);
    await expect.poll(() => packets, { timeout: 15_000 }).toBeGreaterThan(0);
  } finally {
    await plain.close();
  }
});

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
      expect(await refused("navigate", { url, launchOptions })).toContain("not up to its user");
    }
    expect(await refused("navigate", { url, allowDangerous: true })).toContain(
      "not up to its user",
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

browserTest(
  "the browser says nothing on its own account to anybody but the pages' hosts",
  async () => {
    const asked: string[] = [];
    const site = await createSite({ "/": "<input name=email autocomplete=email>" });
    onTestFinished(() => site.close());
    const guard = createUrlGuard({
      allowHosts: [`localhost:${site.port}`],
      lookup: async (host) => {
        asked.push(host);
        throw new Error("ENOTFOUND");
      },
    });
    const host = new BrowserHost({
      executablePath: browser,
      headed: false,
      sandbox: "auto",
      guard,
      warn: () => {},
    });
    host.acquire();
    try {
      const page = await (await host.createContext()).newPage();
      await page.goto(site.origin);
      await page.type("input", "someone");
      await page.goto(`${site.origin}/?again`);
      expect(asked).toEqual([]);
    } finally {
      await host.release();
    }
  },
);
