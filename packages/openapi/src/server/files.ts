import { randomUUID } from "node:crypto";
import { ToolError } from "@fairlead/runtime";

/** A file an API answered with. */
export interface AnswerFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly type: string;
}

/** How many files are kept. */
export const mostFiles = 20;
const mostBytes = 64 * 1024 * 1024;

/** The last files an API answered with, which clients read as resources: no host shows them inline. */
export class AnswerFiles {
  readonly #scheme: string;
  readonly #files = new Map<string, AnswerFile>();
  #bytes = 0;

  constructor(scheme: string) {
    this.#scheme = scheme;
  }

  /** The URI under which the file can be read until newer ones have taken its place. */
  keep(file: AnswerFile): string {
    // Nobody guesses what another client of the same process was answered.
    const id = randomUUID();
    this.#files.set(id, file);
    this.#bytes += file.bytes.length;
    for (const [oldest, { bytes }] of this.#files) {
      if (this.#files.size <= mostFiles && this.#bytes <= mostBytes) break;
      if (oldest === id) break;
      this.#files.delete(oldest);
      this.#bytes -= bytes.length;
    }
    return `${this.#scheme}://files/${id}/${encodeURIComponent(file.name)}`;
  }

  get(id: string): AnswerFile {
    const file = this.#files.get(id);
    if (file !== undefined) return file;
    throw new ToolError(
      "The server no longer keeps this file.",
      `It keeps the last ${mostFiles} that the API answered with. Call the tool again.`,
    );
  }
}
