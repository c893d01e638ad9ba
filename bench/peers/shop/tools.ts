import type { Shop, ShopPlace } from "./shop.ts";

/** The tools that every contender serves: one for Redis, one for the HTTP API, one for both. */
export const tools = [
  {
    name: "count_stock",
    title: "Count stock",
    description: "Returns how many pieces of an item are in stock.",
    work: "countStock",
  },
  {
    name: "find_price",
    title: "Find price",
    description: "Returns the price of one piece of an item.",
    work: "findPrice",
  },
  {
    name: "make_offer",
    title: "Make offer",
    description: "Returns what all pieces of an item that are in stock cost together.",
    work: "makeOffer",
  },
] as const satisfies readonly { readonly work: keyof Shop; readonly [fact: string]: string }[];

export const itemDescription = "The item, such as `lamp`.";

/** Where the shop is, as the bench says in the arguments of a process. */
export function readPlace(): ShopPlace {
  return { stockUrl: need("--stock-url"), priceUrl: need("--price-url") };
}

/** The value of an option that has to be there. */
export function need(flag: string): string {
  const at = process.argv.indexOf(flag);
  const value = at === -1 ? undefined : process.argv[at + 1];
  if (value === undefined) throw new Error(`${flag} is missing.`);
  return value;
}
