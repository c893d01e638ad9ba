/** A tool that the scripted model asks for, under the name that the host listed it by. */
export interface Ask {
  /** Ours, by which the result is found again. */
  readonly id: string;
  readonly tool: ListedTool;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** A tool as a host lists it to its model. */
export interface ListedTool {
  /** Its name, with what the host put before it. */
  readonly name: string;
  readonly namespace?: string;
  readonly schema: unknown;
}

/** What of an answer a host posted to its model. */
export interface Shown {
  readonly texts: readonly string[];
  /** Of each picture its bytes in base64. */
  readonly pictures: readonly string[];
  /** Sound and other files that are handed on as such, in base64. */
  readonly files: readonly string[];
}

/** How a host talks to its model. */
export interface Dialect {
  /** Whether a request asks for the next turn, rather than for a title or a count of tokens. */
  isTurn(path: string, body: unknown): boolean;
  listTools(body: unknown): readonly ListedTool[];
  /** What each call of the conversation got, by our id, in their order. */
  listResults(body: unknown): ReadonlyMap<string, Shown>;
  /** A turn that asks for these tools, or that ends the conversation, as server-sent events. */
  toTurn(asks: readonly Ask[]): string;
  /** A turn that looks for a tool, where the host keeps its tools behind a search. */
  toSearch?(body: unknown, id: string, query: string): string | undefined;
  /** The answer to any other request. */
  toOther(path: string): string;
}

export function toEvent(data: unknown, event?: string): string {
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** The parts of a data URL. */
export function readDataUrl(url: string): { readonly type: string; readonly data: string } {
  const [, type = "", data = ""] = /^data:([^;,]*)[^,]*,(.*)$/s.exec(url) ?? [];
  return { type, data };
}

/** What the model says in its last turn. */
export const farewell = "done";
