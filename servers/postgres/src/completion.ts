import type { Context } from "./context.ts";
import { completeName } from "./inspect/objects.ts";

type Call = Context & { readonly signal: AbortSignal };
type Variables = Readonly<Record<string, string | undefined>>;

/** Names of what there is in a database: the first one, unless another is named. */
export const complete = {
  db: (typed: string, { databases }: Call) => databases.ids.filter((id) => id.startsWith(typed)),
  schema: (typed: string, { databases, signal }: Call, { db }: Variables = {}) =>
    completeName(databases.get(db), typed, { kind: "schema" }, { signal }),
  table: (typed: string, { databases, signal }: Call, { db, schema }: Variables) =>
    completeName(databases.get(db), typed, { kind: "table", schema }, { signal }),
};
