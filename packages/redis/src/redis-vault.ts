import type { Vault } from "@fairlead/store";
import type { Link } from "./connection/link.ts";

/** Milliseconds for which a text is kept after it was written: GitHub's and Google's sign-ins end as late. */
const keptMs = 180 * 24 * 60 * 60_000;

/** Keeps texts for all processes. Rejects while Redis is out of reach. */
export class RedisVault implements Vault {
  readonly #link: Link;
  readonly #prefix: string;

  constructor(link: Link, prefix: string) {
    this.#link = link;
    this.#prefix = `${prefix}:vault:`;
  }

  async get(key: string): Promise<string | undefined> {
    const value = await this.#link.send("GET", this.#prefix + key);
    return typeof value === "string" ? value : undefined;
  }

  async set(key: string, value: string): Promise<void> {
    await this.#link.send("SET", this.#prefix + key, value, "PX", keptMs);
  }

  async delete(key: string): Promise<void> {
    await this.#link.send("DEL", this.#prefix + key);
  }
}
