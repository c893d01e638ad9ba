/**
 * Keeps one text for each key until it is replaced or deleted, across restarts where the adapter can.
 * What it is given is sealed already: an adapter need not keep it secret, and cannot read it.
 */
export interface Vault {
  get(key: string): string | undefined | Promise<string | undefined>;
  set(key: string, value: string): void | Promise<void>;
  delete(key: string): void | Promise<void>;
}

/** More keys are not kept: the one that was written longest ago goes. */
const maxKeys = 100_000;

/** A Vault of one process. */
export class MemoryVault implements Vault {
  readonly #values = new Map<string, string>();

  get(key: string): string | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: string): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > maxKeys && oldest !== undefined) this.#values.delete(oldest);
  }

  delete(key: string): void {
    this.#values.delete(key);
  }
}
