import { readFileSync, statSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { platform } from "node:os";
import { dirname, resolve } from "node:path";
import { HintError } from "@fairlead/guard/hint-error";
import type { Vault } from "@fairlead/store";
import { type Lock, lock } from "../audit/file/lock.ts";
import { AuditProblem, toCode } from "../audit/problem.ts";
import { isTexts } from "./accounts.ts";

/** Permission bits of the file's group and of everybody. */
const others = 0o077;

/** A Vault in one file of this machine. */
export interface VaultFile extends Vault {
  close(): Promise<void>;
}

/**
 * Opens a file of sealed texts and locks it for this process. Only its owner may read it. Each change
 * replaces the whole file, so that a crash leaves the old one or the new one. Throws HintError for a file
 * that cannot be used.
 */
export function openVaultFile(path: string, warn: (message: string) => void): VaultFile {
  const full = resolve(path);
  let held: Lock | undefined;
  try {
    held = lock(full);
    return new LockedVault(full, held, read(full, warn));
  } catch (error) {
    held?.release();
    if (error instanceof HintError && !(error instanceof AuditProblem)) throw error;
    if (error instanceof AuditProblem) {
      throw new HintError(
        `Another process uses ${path}.`,
        "Give each process a file of its own, or --redis-url to all replicas.",
      );
    }
    throw new HintError(
      `${path} cannot be opened (${toCode(error)}).`,
      `Check that its folder ${dirname(full)} exists and that this process may write there.`,
    );
  }
}

function read(path: string, warn: (message: string) => void): Map<string, string> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return new Map();
  if (platform() !== "win32" && (stats.mode & others) !== 0) {
    warn(`--sign-in-file ${path}: other users of this machine may read it. Run chmod 600 on it.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (isTexts(value)) return new Map(Object.entries(value));
  throw new HintError(
    `${path} does not hold sign-ins.`,
    "Name another file, or delete this one: then everybody has to sign in again.",
  );
}

class LockedVault implements VaultFile {
  readonly #path: string;
  readonly #lock: Lock;
  readonly #values: Map<string, string>;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, held: Lock, values: Map<string, string>) {
    this.#path = path;
    this.#lock = held;
    this.#values = values;
  }

  get(key: string): string | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: string): Promise<void> {
    this.#values.set(key, value);
    return this.#save();
  }

  async delete(key: string): Promise<void> {
    if (this.#values.delete(key)) await this.#save();
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    this.#lock.release();
  }

  /** One write after the other; a failed one does not keep the next from being tried. */
  #save(): Promise<void> {
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const text = JSON.stringify(Object.fromEntries(this.#values), undefined, 2);
    const aside = `${this.#path}.new`;
    // What a crash left has its old permissions.
    await rm(aside, { force: true });
    const handle = await open(aside, "wx", 0o600);
    try {
      await handle.writeFile(`${text}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, this.#path);
  }
}
