import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Fields, fieldsAt, isFields, listAt, parse, textAt } from "../json.ts";
import type { Call } from "./backends.ts";

const tap = fileURLToPath(new URL("tap.mjs", import.meta.url));

/** Milliseconds after which a session that has not ended is ended. */
const longest = 240_000;

/** A tool as the library offers it to a model. */
export interface Offer {
  readonly name: string;
  readonly schema: unknown;
  /** Of a listed tool. */
  readonly outputSchema: unknown;
  readonly strict: boolean;
}

/** What a library made of a server, and what the server had said. */
export interface Session {
  readonly offered: readonly Offer[];
  /** Of the lists that the server sent, the one that names what was offered; else the last. */
  readonly listed: readonly Offer[];
  /** For each call, what the library would show a model, by the name of the view. */
  readonly views: readonly Fields[];
  /** For each call, the result the server sent. */
  readonly results: readonly Fields[];
}

export interface SessionOptions {
  readonly driver: string;
  readonly way: string;
  /** The server on stdio. */
  readonly command: readonly string[];
  readonly calls: readonly Call[];
  /** A folder for what a session leaves. */
  readonly folder: string;
}

/** Has a library connect to a server, list its tools and make some calls, in a process of its own. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { driver, way, command, calls, folder } = options;
  const home = mkdtempSync(join(folder, "session-"));
  const log = join(home, "wire.log");
  const env = { PATH: process.env["PATH"] ?? "", HOME: home };
  const child = fork(driver, [], {
    cwd: dirname(driver),
    env,
    execArgv: [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    timeout: longest,
  });
  let said = "";
  child.stderr?.on("data", (text) => {
    said += text;
  });
  const left = once(child, "exit").then(([code]) => `The driver left with ${code}.\n${said}`);
  const reported = once(child, "message").then(([message]: unknown[]) => message);
  const server = { command: process.execPath, args: [tap, log, ...command], env };
  child.send({ way, server, calls });
  const report = await Promise.race([reported, left]);
  await left;
  if (!isFields(report)) throw new Error(String(report));
  if ("problem" in report) throw new Error(String(report["problem"]));
  const wire = existsSync(log) ? readFileSync(log, "utf8") : "";
  const received = wire.split("\n").map((line) => fieldsAt(parse(line), "result"));
  const offered = listAt(report, "offered").map(toOffer);
  return {
    offered,
    listed: findListed(received, offered),
    views: listAt(report, "answers").map((answer) => fieldsAt(answer, "views")),
    results: received.filter((result) => Array.isArray(result["content"])),
  };
}

/**
 * The list that the offered tools are of, out of all that a server sent: one that learns what its
 * token may do after the first list says so and sends a shorter one. Pages are joined.
 */
export function findListed(
  results: readonly Fields[],
  offered: readonly Offer[],
): readonly Offer[] {
  const lists: Offer[][] = [];
  let more = false;
  for (const result of results) {
    if (!Array.isArray(result["tools"])) continue;
    const page = result["tools"].map(toOffer);
    if (more) lists.at(-1)?.push(...page);
    else lists.push(page);
    more = typeof result["nextCursor"] === "string";
  }
  return lists.find((list) => toNames(list) === toNames(offered)) ?? lists.at(-1) ?? [];
}

function toNames(tools: readonly Offer[]): string {
  return tools
    .map(({ name }) => name)
    .sort()
    .join();
}

function toOffer(tool: unknown): Offer {
  const fields = isFields(tool) ? tool : {};
  return {
    name: textAt(fields, "name"),
    schema: fields["inputSchema"] ?? fields["schema"],
    outputSchema: fields["outputSchema"],
    strict: fields["strict"] === true,
  };
}
