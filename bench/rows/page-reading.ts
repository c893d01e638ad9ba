import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { costsAtMost } from "../checks.ts";
import { columns, measureWork } from "../contenders/work.ts";
import { type Call, legacy, toCall } from "../load/frames.ts";
import { type Launch, startServer } from "../load/server-process.ts";
import { openStdioClient } from "../load/stdio-client.ts";
import { assertAnswers } from "../load/verify.ts";
import type { Check, Row, Series } from "../result.ts";
import { type Contender, interleave } from "../rounds.ts";
import { timeEach } from "../time-each.ts";
import { subject } from "../variants.ts";

const peer = "playwright-mcp";
const ours = join(import.meta.dirname, "../../servers/puppeteer/dist/main.cjs");
const theirs = join(
  dirname(createRequire(import.meta.url).resolve("@playwright/mcp/package.json")),
  "cli.js",
);
const sizes = [
  { elements: 5_000, snapshotAtMost: 1 },
  { elements: 50_000, snapshotAtMost: 0.8 },
];
const perRow = 9;
/** Calls a round: the same for both, since memory grows with their number. */
const reads = 5;

/** A page as shops have it: rows with a heading, words, a link, a button and a field. */
function toHtml(elements: number): string {
  const rows = Array.from({ length: rowsOf(elements) }, (_, at) =>
    [
      `<div class="row"><h3>Chapter ${at}</h3><p>Some words of <b>item ${at}</b> to read</p>`,
      `<a href="/items/${at}">Open ${at}</a><button>Buy ${at}</button>`,
      `<label>Amount <input value="${at}"></label><span>in stock</span></div>`,
    ].join(""),
  );
  const style = "body { font: 14px sans-serif } .row { padding: 2px } button { cursor: pointer }";
  return `<!doctype html><title>Bench</title><style>${style}</style><main>${rows.join("")}</main>`;
}

function rowsOf(elements: number): number {
  return Math.round(elements / perRow);
}

export const pageReading: Row = {
  name: "page-reading",
  title:
    "The puppeteer server: snapshot and find on large pages compared with playwright-mcp 0.0.83",
  async run({ rounds, milliseconds }) {
    const executablePath = process.env["PUPPETEER_EXECUTABLE_PATH"] ?? "/usr/bin/chromium";
    const site = createServer((request, response) => {
      const html = toHtml(Number(request.url?.slice(1)));
      response.writeHead(200, { "content-type": "text/html" }).end(html);
    }).listen(0, "127.0.0.1");
    await once(site, "listening");
    const address = site.address();
    if (address === null || typeof address === "string") throw new Error("No port was given.");
    const origin = `localhost:${address.port}`;
    // Where the peer keeps what it takes down of each page.
    const notes = mkdtempSync(join(tmpdir(), "fairlead-bench-pages-"));
    const series: Series[] = [];
    const checks: Check[] = [];
    for (const { elements, snapshotAtMost } of sizes) {
      const url = `http://${origin}/${elements}`;
      // Of the last row, so that the whole page is read for it.
      const sought = `Buy ${rowsOf(elements) - 1}`;
      const works: readonly Work[] = [
        { work: "snapshot", arguments: {}, marker: "Chapter 0", atMost: snapshotAtMost },
        { work: "find", arguments: { text: sought }, marker: sought, atMost: 0.7 },
      ];
      for (const { work, atMost, ...call } of works) {
        const read: Series = {
          title: `${work} of ${elements.toLocaleString("en")} elements`,
          measure: "p50",
          better: "less",
          baseline: peer,
          columns: [columns.p50, columns.peak, columns.calls],
          standings: await interleave(
            [
              toContender({
                name: peer,
                launch: {
                  args: [
                    theirs,
                    "--headless",
                    "--isolated",
                    "--no-sandbox",
                    "--output-dir",
                    notes,
                    ...on(executablePath),
                  ],
                },
                open: { tool: "browser_navigate", arguments: { url }, marker: url },
                read: { tool: `browser_${work}`, ...call },
                milliseconds,
              }),
              toContender({
                name: subject,
                launch: {
                  args: [ours, "--sandbox", "auto", "--allow-hosts", origin, ...on(executablePath)],
                },
                open: { tool: "puppeteer_navigate", arguments: { url }, marker: url },
                read: { tool: `puppeteer_${work}`, ...call },
                milliseconds,
              }),
            ],
            rounds,
          ),
        };
        series.push(read);
        checks.push(costsAtMost(read, peer, atMost));
        checks.push(costsAtMost(read, peer, 0.5, { key: columns.peak.key }));
      }
    }
    site.close();
    site.closeAllConnections();
    rmSync(notes, { recursive: true });
    return {
      series,
      checks,
      notes: [
        "Both are called over stdio with their defaults: playwright-mcp answers a snapshot whole, ours its first 20,000 characters. Memory is the server's own, without its browser.",
      ],
    };
  },
};

function on(executablePath: string): readonly string[] {
  return ["--executable-path", executablePath];
}

interface Work extends Omit<Call, "tool"> {
  readonly work: "snapshot" | "find";
  /** Of what the peer takes. */
  readonly atMost: number;
}

interface Reader {
  readonly name: string;
  readonly launch: Launch;
  readonly open: Call;
  readonly read: Call;
  readonly milliseconds: number;
}

function toContender({ name, launch, open, read, milliseconds }: Reader): Contender {
  return {
    name,
    async open() {
      const server = startServer(launch);
      const client = await openStdioClient(server, legacy);
      const ask = async (call: Call) => {
        const { line } = await client.ask(toCall(legacy, 2, call));
        assertAnswers(line.toString(), call);
      };
      const work = async () => {
        const { p50 = Number.NaN, calls = 0 } = await timeEach(
          () => ask(read),
          milliseconds,
          reads,
        );
        return { p50, calls, failures: 0, seconds: milliseconds / 1_000 };
      };
      await ask(open);
      await ask(read);
      return {
        measure: () => measureWork(server, work),
        // In order, so that its browser ends with it.
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
