import { Agent, get } from "node:http";
import { Redis } from "ioredis";

/** Where the data of the shop is: how much is in stock in a Redis, prices behind an HTTP API. */
export interface ShopPlace {
  readonly stockUrl: string;
  readonly priceUrl: string;
}

/** What the tools of every contender do, so that only what is around it differs. */
export interface Shop {
  countStock(item: string): Promise<string>;
  findPrice(item: string): Promise<string>;
  /** Both, asked for at once. */
  makeOffer(item: string): Promise<string>;
  close(): Promise<void>;
}

/** Connects with ioredis, and with an agent of node:http that keeps its connections. */
export function openShop({ stockUrl, priceUrl }: ShopPlace): Shop {
  const redis = new Redis(stockUrl);
  const agent = new Agent({ keepAlive: true });
  const readStock = async (item: string) => Number((await redis.get(toStockKey(item))) ?? 0);
  const readPrice = async (item: string) => {
    const answer: unknown = JSON.parse(
      await fetchText(`${priceUrl}/${encodeURIComponent(item)}`, agent),
    );
    const known = typeof answer === "object" && answer !== null && "price" in answer;
    return known ? Number(answer.price) : Number.NaN;
  };
  return {
    countStock: async (item) => `${item}: ${await readStock(item)} in stock`,
    findPrice: async (item) => `${item}: ${(await readPrice(item)).toFixed(2)} each`,
    async makeOffer(item) {
      const [count, price] = await Promise.all([readStock(item), readPrice(item)]);
      return `${item}: ${count} for ${(count * price).toFixed(2)} in all`;
    },
    async close() {
      agent.destroy();
      await redis.quit();
    },
  };
}

/** The key under which Redis has the stock of an item. */
export function toStockKey(item: string): string {
  return `stock:${item}`;
}

function fetchText(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${url} was answered with ${response.statusCode}.`));
      });
    });
    request.on("error", reject);
  });
}
