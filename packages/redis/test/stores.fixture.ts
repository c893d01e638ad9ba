import { randomUUID } from "node:crypto";
import { createRedis, type Redis } from "@fairlead/testing";
import { onTestFinished } from "vitest";
import { Channels } from "../src/connection/channels.ts";
import { createConnection } from "../src/connection/connect.ts";
import { Link } from "../src/connection/link.ts";

/** Of a machine without any, `npm test` says so; CI has one. */
export const server: Redis | undefined = await createRedis();

/** What the operator was told. */
export interface Told {
  readonly warn: string[];
  readonly info: string[];
}

/** Both connections of one process, and names that no other test has. */
export async function connect({
  url = server?.url ?? "",
  timeoutMs = 3_000,
  prefix = "",
  pingMs = 200,
} = {}) {
  const told: Told = { warn: [], info: [] };
  const notes = {
    warn: (message: string) => void told.warn.push(message),
    info: (message: string) => void told.info.push(message),
  };
  const link = new Link(createConnection({ url, timeoutMs }), notes);
  const channels = new Channels(createConnection({ url, timeoutMs }), link, pingMs);
  onTestFinished(() => {
    channels.close();
    link.close();
  });
  await link.open();
  await channels.open();
  return { link, channels, prefix: prefix || `test:${randomUUID()}`, told };
}
