import type { CallContext, JsonSchema, Reply } from "@fairlead/runtime";
import type { Answer } from "../answer/answers.ts";
import { type ApiData, listOperations, type OperationEntry } from "../data/data.ts";
import { toExact } from "../data/exact.ts";
import type { Arguments } from "../request/operation.ts";
import type { ApiContext } from "./context.ts";
import { toReply } from "./reply.ts";

type Context = ApiContext & CallContext;

/** What people put around the call of an operation. */
export interface Wrap {
  /** Gives the arguments the API is asked with; a ToolError says why it is not asked. */
  before?(args: Arguments, context: Context): Arguments | Promise<Arguments>;
  /** Gives the answer the model sees. */
  after?(answer: Answer, args: Arguments, context: Context): Answer | Promise<Answer>;
}

/** Wraps by the names of the operations they are for. */
export type Wraps = Readonly<Record<string, Wrap>>;

/** Throws a TypeError for a wrap that would never run, as its operation is gone or misspelt. */
export function assertWraps(wraps: Wraps, data: ApiData): void {
  const wrapped = Object.keys(wraps);
  // Names may have to be read from a file, which a server that wraps nothing does not do to start.
  if (wrapped.length === 0) return;
  const known = new Set(listOperations(data).map(({ name }) => name));
  const lost = wrapped.filter((name) => !known.has(name));
  if (lost.length > 0) throw new TypeError(`There is no operation to wrap: ${lost.join(", ")}.`);
}

export interface CallGiven {
  readonly args: Arguments;
  /** The schema the arguments were checked by. */
  readonly checked: JsonSchema;
  readonly fields: readonly string[];
}

/** Calls an operation, with what people have put around it. */
export async function callOperation(
  { name, operation }: OperationEntry,
  { args, checked, fields }: CallGiven,
  context: Context,
  wraps: Wraps,
): Promise<Reply> {
  const { api, files, signal, budget } = context;
  const { before, after } = (Object.hasOwn(wraps, name) ? wraps[name] : undefined) ?? {};
  const given = before === undefined ? args : await before(args, context);
  const exact = toExact(given, checked);
  const answer = await api.call(operation, exact, { signal, budget, fields });
  return toReply(after === undefined ? answer : await after(answer, given, context), files);
}
