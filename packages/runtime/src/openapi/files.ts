import { randomUUID } from "node:crypto";
import { ToolError } from "../define/error.ts";
import { defineResourceTemplate, type ResourceTemplate } from "../define/resource.ts";
import type { ApiContext } from "./connect.ts";
import type { ApiData } from "./data.ts";
import { toFacts } from "./facts.ts";

/** A file an API answered with. */
export interface AnswerFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly type: string;
}

const mostFiles = 20;
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

/** The resources of an API's server: the files it answered with, where it may answer with any. */
export function toResourceTemplates(data: ApiData): ResourceTemplate<ApiContext>[] {
  if (!toFacts(data).answersFiles) return [];
  return [
    defineResourceTemplate<ApiContext>({
      uriTemplate: `${data.name}://files/{id}/{name}`,
      name: "file",
      title: "File from the API",
      description: `A file that a tool of ${data.title} returned as a link. The server keeps the last ${mostFiles}.`,
      read({ id = "" }, { files }) {
        if (files === undefined)
          throw new ToolError("This server keeps no files.", "Call the tool.");
        const { bytes, type } = files.get(id);
        return { body: bytes, mimeType: type };
      },
    }),
  ];
}
