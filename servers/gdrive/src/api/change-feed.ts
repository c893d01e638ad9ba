import type { Watcher } from "@fairlead/guard";
import { z } from "zod";
import type { Drive } from "./drive.ts";
import { allDrives, followShortcut } from "./files.ts";
import type { FileRef } from "./ids.ts";

/** Milliseconds between two looks: Drive can only tell a server on the web by itself. */
const pollMs = 15_000;
/** Looks in a row that may fail before nobody believes in the next one. */
const patience = 5;

const startShape = z.object({ startPageToken: z.string() });
const changesShape = z.object({
  changes: z.array(z.object({ fileId: z.string().optional() })).default([]),
  nextPageToken: z.string().optional(),
  newStartPageToken: z.string().optional(),
});

interface Watched {
  /** A file, and what it stands for if it is a shortcut. */
  readonly ids: readonly string[];
  readonly watcher: Watcher;
}

/** What changes in one account's Drive, asked for while somebody listens. */
export class ChangeFeed {
  readonly #drive: Drive;
  readonly #watched = new Set<Watched>();
  #beginning: Promise<void> | undefined;
  #over = new AbortController();

  constructor(drive: Drive) {
    this.#drive = drive;
  }

  /** Tells of changes to a file; rejects where it is not to be seen. */
  async watch(file: FileRef, watcher: Watcher): Promise<void> {
    const { signal } = watcher;
    const { entry, ref } = await followShortcut(this.#drive, file, signal);
    const one = { ids: [file.id, entry.id, ref.id], watcher };
    this.#watched.add(one);
    const leave = () => this.#leave(one);
    signal.addEventListener("abort", leave, { once: true });
    try {
      this.#beginning ??= this.#begin();
      await this.#beginning;
    } catch (error) {
      leave();
      throw error;
    }
    if (signal.aborted) leave();
  }

  #leave(one: Watched): void {
    this.#watched.delete(one);
    if (this.#watched.size > 0) return;
    this.#over.abort();
    this.#beginning = undefined;
  }

  async #begin(): Promise<void> {
    this.#over = new AbortController();
    const { signal } = this.#over;
    const params = { ...allDrives, fields: "startPageToken" };
    const { startPageToken } = await this.#drive.ask(signal, startShape, ({ changes }, options) =>
      changes.getStartPageToken(params, options),
    );
    void this.#follow(startPageToken, signal);
  }

  async #follow(start: string, signal: AbortSignal): Promise<void> {
    let [token, failures] = [start, 0];
    while (!signal.aborted) {
      try {
        await this.#drive.pause(pollMs, signal);
        token = await this.#look(token, signal);
        failures = 0;
      } catch (error) {
        failures += 1;
        if (signal.aborted || failures < patience) continue;
        for (const { watcher } of [...this.#watched]) watcher.failed(error);
      }
    }
  }

  /** Tells of what has changed since a token, and gives the next. */
  async #look(token: string, signal: AbortSignal): Promise<string> {
    const params = {
      ...allDrives,
      includeItemsFromAllDrives: true,
      pageSize: 1_000,
      fields: "nextPageToken,newStartPageToken,changes(fileId)",
      pageToken: token,
    };
    const answer = await this.#drive.ask(signal, changesShape, ({ changes }, options) =>
      changes.list(params, options),
    );
    const changed = new Set(answer.changes.map(({ fileId }) => fileId));
    for (const { ids, watcher } of this.#watched) {
      if (ids.some((id) => changed.has(id))) watcher.changed();
    }
    if (answer.nextPageToken === undefined) return answer.newStartPageToken ?? token;
    return this.#look(answer.nextPageToken, signal);
  }
}
