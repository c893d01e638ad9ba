import { connect } from "@fairlead/runtime/testing";
import { server } from "../../src/index.ts";
import { createShop } from "./shop.ts";

/** A database with every tool of a server on it, for the tests of one file; `close` ends both. */
export async function serveShop() {
  const shop = await createShop();
  await shop.admin("CREATE DATABASE second");
  await shop.admin("CREATE EXTENSION pg_stat_statements");
  const hasHypopg = await shop.has("hypopg");
  if (hasHypopg) await shop.admin("CREATE EXTENSION hypopg");
  const second = shop.postgres.url("second");
  const client = await connect(server, {
    config: { databases: [`shop=${shop.url}`, `other=${second}`], allowWrite: true },
    policy: { toolsets: ["all"] },
  });
  return {
    shop,
    client,
    hasHypopg,
    async call(name: string, args = {}) {
      const { text, isError, structuredContent } = await client.callTool(name, args);
      return { text, isError, output: Object(structuredContent) };
    },
    async close() {
      await client.close();
      await shop.close();
    },
  };
}
