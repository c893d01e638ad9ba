import { defineServer, defineToolset, toolFactory, toSurface } from "@fairlead/runtime";
import { main } from "@fairlead/runtime/main";
import { z } from "zod";
import { openShop, type Shop } from "../peers/shop/shop.ts";
import { itemDescription, tools } from "../peers/shop/tools.ts";

const defineTool = toolFactory<{ readonly shop: Shop }>();

const server = defineServer({
  name: "shop",
  title: "Shop",
  package: { name: "@fairlead/bench", version: "0.1.0", description: "Stock and prices." },
  config: z.object({
    stockUrl: z.string().describe("URL of the Redis that has the stock."),
    priceUrl: z.string().describe("URL of the HTTP API that has the prices."),
  }),
  connect(place) {
    const shop = openShop(place);
    return { context: { shop }, close: () => shop.close() };
  },
  toolsets: [
    defineToolset({
      name: "shop",
      description: "Stock, prices, and both.",
      tools: tools.map(({ work, ...facts }) =>
        defineTool({
          ...facts,
          effect: "read",
          input: z.object({ item: z.string().describe(itemDescription) }),
          output: z.string(),
          run: ({ item }, { shop }) => shop[work](item),
        }),
      ),
    }),
  ],
});

await main(toSurface(server), async () => ({ server }));
