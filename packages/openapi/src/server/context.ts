import type { Api } from "../call/api.ts";
import type { AnswerFiles } from "./files.ts";

/** What the tools of an API work on. */
export interface ApiContext {
  readonly api: Api;
  /** What the API answered with files, where it may do so. */
  readonly files?: AnswerFiles;
}
