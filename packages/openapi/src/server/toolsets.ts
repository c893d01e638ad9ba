import {
  defineToolset,
  fromJsonSchema,
  type Tool,
  type Toolset,
  toolFactory,
} from "@fairlead/runtime";
import { z } from "zod";
import { type ApiData, type OperationEntry, toInput, toListed } from "../data/data.ts";
import { toChecked } from "../data/exact.ts";
import type { Arguments } from "../request/operation.ts";
import type { ApiContext } from "./context.ts";
import { toSearchToolset } from "./search.ts";
import { assertWraps, callOperation, type Wraps } from "./wraps.ts";

const defineTool = toolFactory<ApiContext>();

/** The toolsets of an API: one for each group of operations, or the one that searches all of them. */
export function toToolsets(data: ApiData, wraps: Wraps = {}): Toolset<ApiContext>[] {
  assertWraps(wraps, data);
  if (data.mode === "search") return [toSearchToolset(data, wraps)];
  return data.groups.map(({ name, title, description, operations }) =>
    defineToolset({
      name,
      ...(title !== undefined && { title }),
      description,
      openWorld: true,
      tools: operations.map((entry) => toTool(entry, data, wraps)),
    }),
  );
}

function toTool(entry: OperationEntry, data: ApiData, wraps: Wraps): Tool<ApiContext> {
  const { name, title, description, effect, idempotent = false } = entry;
  const checked = toChecked(toInput(entry, data));
  return defineTool({
    name,
    title,
    description,
    effect,
    idempotent,
    input: fromJsonSchema<Arguments>(checked, { listed: () => toListed(entry, data) }),
    output: z.void(),
    run: (args, context) =>
      callOperation(entry, { args, checked, fields: readFields(entry, args) }, context, wraps),
  });
}

function readFields({ fields }: OperationEntry, args: Arguments): string[] {
  const value = fields === undefined ? undefined : args[fields];
  return Array.isArray(value) ? value.map(String) : [];
}
