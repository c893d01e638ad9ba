import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { launch } from "puppeteer-core";
import { costsAtMost } from "../checks.ts";
import { columns } from "../contenders/work.ts";
import { type Call, modern, toCall } from "../load/frames.ts";
import { startServer } from "../load/server-process.ts";
import { openStdioClient } from "../load/stdio-client.ts";
import { assertAnswers } from "../load/verify.ts";
import type { Row, Series } from "../result.ts";
import { type Contender, interleave } from "../rounds.ts";
import { timeEach } from "../time-each.ts";
import { subject } from "../variants.ts";

const bin = join(import.meta.dirname, "../../servers/puppeteer/dist/main.cjs");
const view = { width: 1_280, height: 720 };
const quality = 80;

/** The page: headings, text, colours and a table, as pages have them. */
const html = `<title>Bench</title><style>body { font: 16px sans-serif; columns: 3 } h2 { color: teal }
p:nth-child(3n) { background: linear-gradient(90deg, gold, tomato) }</style>
${Array.from({ length: 60 }, (_, at) => `<h2>Chapter ${at}</h2><p>${"Words of it. ".repeat(20)}</p>`).join("")}`;

export const screenshot: Row = {
  name: "screenshot",
  title: "The puppeteer server: a screenshot compared with puppeteer itself",
  async run({ rounds, milliseconds }) {
    const executablePath = process.env["PUPPETEER_EXECUTABLE_PATH"] ?? "/usr/bin/chromium";
    const site = createServer((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end(html);
    }).listen(0, "127.0.0.1");
    await once(site, "listening");
    const address = site.address();
    if (address === null || typeof address === "string") throw new Error("No port was given.");
    const page = { executablePath, port: address.port, milliseconds };
    const pictures: Series = {
      title: `a screenshot of ${view.width}x${view.height} as JPEG`,
      measure: "p50",
      better: "less",
      columns: [columns.p50, columns.calls],
      standings: await interleave([toBare(page), toSubject(page)], rounds),
    };
    site.close();
    site.closeAllConnections();
    return {
      series: [pictures],
      checks: [costsAtMost(pictures, "bare", 1.3)],
      notes: ["Bare is puppeteer-core in the bench's own process; ours is a call over stdio."],
    };
  },
};

interface Subject {
  readonly executablePath: string;
  readonly port: number;
  readonly milliseconds: number;
}

/** puppeteer-core, used directly. */
function toBare({ executablePath, port, milliseconds }: Subject): Contender {
  return {
    name: "bare",
    async open() {
      const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
      const browser = await launch({ executablePath, args, pipe: true, defaultViewport: view });
      const page = await browser.newPage();
      await page.goto(`http://localhost:${port}/`);
      const take = async () => {
        const { length } = await page.screenshot({ type: "jpeg", quality });
        if (length < 10_000) throw new Error(`A picture of ${length} bytes.`);
      };
      await timeEach(take, milliseconds);
      return {
        measure: () => timeEach(take, milliseconds),
        close: () => browser.close(),
      };
    },
  };
}

/** The same by a call to the built server. */
function toSubject({ executablePath, port, milliseconds }: Subject): Contender {
  const url = `http://localhost:${port}/`;
  const args = ["--executable-path", executablePath, "--allow-hosts", `localhost:${port}`];
  const open: Call = { tool: "puppeteer_navigate", arguments: { url }, marker: "Bench" };
  const look: Call = {
    tool: "puppeteer_screenshot",
    arguments: { name: "bench" },
    marker: `taken at ${view.width}x${view.height}`,
  };
  return {
    name: subject,
    async open() {
      const server = startServer({ args: [bin, "--sandbox", "auto", ...args] });
      const client = await openStdioClient(server, modern);
      const ask = async (call: Call) => {
        const { line } = await client.ask(toCall(modern, 1, call));
        assertAnswers(line.toString(), call);
      };
      await ask(open);
      await timeEach(() => ask(look), milliseconds);
      return {
        measure: () => timeEach(() => ask(look), milliseconds),
        // In order, so that its browser's profile is gone with it.
        async close() {
          const ended = once(server.stdout, "close");
          server.stdin.end();
          await ended;
          await server.stop();
        },
      };
    },
  };
}
