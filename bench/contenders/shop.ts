import { join } from "node:path";
import { createRedis } from "@fairlead/testing";
import { Redis } from "ioredis";
import type { Call } from "../load/frames.ts";
import { startHttpServer } from "../load/server-process.ts";
import { toStockKey } from "../peers/shop/shop.ts";
import { tools } from "../peers/shop/tools.ts";
import { subject, type Variant } from "../variants.ts";

/** What a shop stands on while it is measured. */
export interface ShopBackends {
  /** Starts a contender on a loopback port. */
  toLaunch(variant: Variant, port: number): { readonly args: readonly string[] };
  close(): Promise<void>;
}

const item = "lamp";
const dist = join(import.meta.dirname, "../dist");

/** A call of each tool; every right answer begins with the item. */
export const shopCalls: readonly Call[] = tools.map(({ name }) => ({
  tool: name,
  arguments: { item },
  marker: `${item}: `,
}));

/** Starts a Redis that has some stock, and the HTTP API as a process of its own. */
export async function openShopBackends(): Promise<ShopBackends> {
  const redis = await createRedis();
  if (redis === undefined) throw new Error("There is no Redis: install redis-server or Docker.");
  const client = new Redis(redis.url);
  await client.set(toStockKey(item), 42);
  await client.quit();
  const prices = await startHttpServer((port) => ({
    args: [join(dist, "peers/shop/prices.js"), "--port", `${port}`],
  })).catch(async (error: unknown) => {
    await redis.close();
    throw error;
  });
  const place = ["--stock-url", redis.url, "--price-url", `http://127.0.0.1:${prices.port}`];
  return {
    toLaunch(variant, port) {
      if (variant !== subject) {
        return { args: [join(dist, "peers/shop", `${variant}.js`), "--port", `${port}`, ...place] };
      }
      return { args: [join(dist, "subject/shop.js"), "--http", `127.0.0.1:${port}`, ...place] };
    },
    async close() {
      await prices.server.stop();
      await redis.close();
    },
  };
}
