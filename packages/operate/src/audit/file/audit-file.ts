import { type Stats, statSync } from "node:fs";
import { type FileHandle, open, rename, stat } from "node:fs/promises";
import { platform } from "node:os";
import { dirname, resolve } from "node:path";
import { beginning, type Head } from "../chain.ts";
import { AuditProblem, toCode } from "../problem.ts";
import type { AuditSink } from "../sink/sink.ts";
import { type Lock, lock } from "./lock.ts";
import { readRotated, readTail, type Tail, type Torn } from "./tail.ts";

/** When a line is on disk: before the call goes on, at most 100 ms later, or when the system writes it. */
export type SyncPolicy = "always" | "batch" | "never";

export interface AuditFileOptions {
  readonly path: string;
  readonly sync: SyncPolicy;
  /** Bytes at which a new file is started; Infinity never starts one. */
  readonly maxBytes: number;
  /** Is called with errors of writes that no call waits for. */
  problem(error: unknown): void;
}

/** An open file of the log, with the last line so far. */
export interface AuditFile extends AuditSink {
  readonly head: Head;
  /** The piece of a line that a crash left, which the next line has to mark. */
  readonly torn: Torn | undefined;
  close(): Promise<void>;
}

const syncMs = 100;

/**
 * Opens a file for the log and locks it for this process. Only its owner may read it. The chain continues
 * after the last line of the file, or of the newest file that a rotation renamed. Throws AuditProblem for
 * a file that cannot be used.
 */
export function openAuditFile(options: AuditFileOptions): AuditFile {
  const path = resolve(options.path);
  try {
    const held = lock(path);
    try {
      const tail = readTail(path) ?? readRotated(path);
      return new LockedFile({ ...options, path }, held, tail);
    } catch (error) {
      held.release();
      throw error;
    }
  } catch (error) {
    if (error instanceof AuditProblem) throw error;
    throw new AuditProblem(
      `${options.path} cannot be opened (${toCode(error)}).`,
      `Check that its folder ${dirname(path)} exists and that this process may write there.`,
    );
  }
}

class LockedFile implements AuditFile {
  readonly head: Head;
  readonly torn: Torn | undefined;
  readonly #options: AuditFileOptions;
  readonly #lock: Lock;
  #handle: FileHandle | undefined;
  #identity = "";
  /** Where the last whole line ends. */
  #size = 0;
  /** Whether a piece after the last whole line could not be removed. */
  #damaged = false;
  /** The number of the last line that was kept. */
  #sequence: number;
  #timer: NodeJS.Timeout | undefined;
  /** Whether written lines may not be on disk yet: then the next line waits until they are. */
  #unsure = false;

  constructor(options: AuditFileOptions, held: Lock, tail: Tail | undefined) {
    this.#options = options;
    this.#lock = held;
    this.head = tail?.head ?? beginning;
    this.torn = tail?.torn;
    this.#sequence = this.head.sequence;
  }

  async append(lines: readonly string[]): Promise<void> {
    const handle = await this.#ready();
    const bytes = Buffer.from(`${lines.join("\n")}\n`);
    try {
      if (this.#unsure) await handle.datasync();
      this.#unsure = false;
      await writeAll(handle, bytes);
      if (this.#options.sync === "always") await handle.datasync();
    } catch (error) {
      this.#damaged = true;
      await this.#mend(handle).catch(() => undefined);
      throw error;
    }
    this.#size += bytes.length;
    this.#sequence += lines.length;
    if (this.#options.sync === "batch") this.#timer ??= setTimeout(() => this.#sync(), syncMs);
  }

  async close(): Promise<void> {
    try {
      await this.#drop();
    } finally {
      this.#lock.release();
    }
  }

  /** The file to write to: a new one where it is full, or where somebody has renamed it. */
  async #ready(): Promise<FileHandle> {
    const { path, maxBytes } = this.#options;
    if (this.#handle !== undefined) {
      if (this.#damaged) await this.#mend(this.#handle);
      const found = statSync(path, { throwIfNoEntry: false });
      if (found === undefined || toIdentity(found) !== this.#identity) await this.#drop();
      else if (found.size >= maxBytes) {
        await this.#drop();
        // A file that grows beyond its size is better than none.
        await rename(path, await this.#toRotatedName()).catch(this.#options.problem);
      } else this.#size = found.size;
    }
    return this.#handle ?? this.#open();
  }

  async #open(): Promise<FileHandle> {
    const { path } = this.#options;
    const handle = await open(path, "a", 0o600);
    try {
      const stats = await handle.stat();
      this.#identity = toIdentity(stats);
      this.#size = stats.size;
      if (stats.size === 0 && this.#options.sync === "always") await syncFolder(path);
      // A line end goes after the piece that a crash left, so that the next line is whole.
      if (stats.size > 0 && readTail(path)?.open === true) {
        await writeAll(handle, Buffer.from("\n"));
        this.#size += 1;
      }
    } catch (error) {
      await handle.close();
      throw error;
    }
    this.#handle = handle;
    return handle;
  }

  /** `audit.jsonl.000000004711`, by the last line in it, so that names sort as lines do. */
  async #toRotatedName(): Promise<string> {
    const name = `${this.#options.path}.${String(this.#sequence).padStart(12, "0")}`;
    const exists = await stat(name).then(
      () => true,
      () => false,
    );
    return exists ? `${name}-${Date.now()}` : name;
  }

  /** Removes the piece of a line that a failed write left. */
  async #mend(handle: FileHandle): Promise<void> {
    await handle.truncate(this.#size);
    this.#damaged = false;
  }

  async #sync(): Promise<void> {
    this.#timer = undefined;
    try {
      await this.#handle?.datasync();
    } catch (error) {
      this.#unsure = true;
      this.#options.problem(error);
    }
  }

  async #drop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const handle = this.#handle;
    this.#handle = undefined;
    if (handle === undefined) return;
    try {
      if (this.#options.sync !== "never") await handle.datasync();
    } finally {
      await handle.close();
    }
  }
}

/** A disk that fills up first answers with a short write. */
async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  let rest = bytes;
  while (rest.length > 0) {
    const { bytesWritten } = await handle.write(rest);
    rest = rest.subarray(bytesWritten);
  }
}

/** A new file survives a crash only when its folder is on disk, too. */
async function syncFolder(path: string): Promise<void> {
  if (platform() === "win32") return;
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function toIdentity({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}
