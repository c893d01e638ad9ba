/** What became of one operation. */
export interface Outcome {
  readonly method: string;
  readonly path: string;
  readonly operationId?: string;
  /** The name of its tool, or of the operation to call where tools are searched. */
  readonly name?: string;
  /** Why it became none. */
  readonly reason?: string;
  /** Somebody left it out: nothing is wrong with it. */
  readonly excluded?: true;
  /** What its tool costs in a list, in tokens of four characters. */
  readonly tokens?: number;
  /**
   * Its arguments refer to `$defs`: `recursive` where schemas hold themselves, `kept` where writing
   * them out would be too long.
   */
  readonly references?: "recursive" | "kept";
}

/** What a document became, operation by operation. */
export interface Report {
  readonly title: string;
  readonly version: string;
  readonly mode: "tools" | "search";
  readonly operations: number;
  readonly tools: number;
  /** Operations that became no tool although nobody left them out. */
  readonly lost: number;
  readonly excluded: number;
  readonly webhooks: number;
  /** What `tools/list` would cost with one tool for each operation. */
  readonly tokens: number;
  readonly notes: readonly string[];
  readonly outcomes: readonly Outcome[];
}
