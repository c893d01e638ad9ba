import { HintError } from "@fairlead/guard";

/** What keeps a document from becoming a server, in words for the person at the terminal. */
export class Problem extends HintError {
  override readonly name = "Problem";
}
