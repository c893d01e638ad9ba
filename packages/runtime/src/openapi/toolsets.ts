import { z } from "zod";
import { fromJsonSchema } from "../define/schema.ts";
import { defineToolset, type Tool, type Toolset, toolFactory } from "../define/tool.ts";
import type { Arguments } from "../upstream/operation/operation.ts";
import type { ApiContext } from "./connect.ts";
import { type ApiData, type OperationEntry, toInput } from "./data.ts";
import { toReply } from "./reply.ts";
import { toSearchToolset } from "./search.ts";

const defineTool = toolFactory<ApiContext>();

/** The toolsets of an API: one for each group of operations, or the one that searches all of them. */
export function toToolsets(data: ApiData): Toolset<ApiContext>[] {
  if (data.mode === "search") return [toSearchToolset(data)];
  return data.groups.map(({ name, title, description, operations }) =>
    defineToolset({
      name,
      ...(title !== undefined && { title }),
      description,
      openWorld: true,
      tools: operations.map((entry) => toTool(entry, data)),
    }),
  );
}

function toTool(entry: OperationEntry, data: ApiData): Tool<ApiContext> {
  const { name, title, description, effect, idempotent = false, operation } = entry;
  return defineTool({
    name,
    title,
    description,
    effect,
    idempotent,
    input: fromJsonSchema<Arguments>(toInput(entry, data)),
    output: z.void(),
    async run(args, { api, signal, budget }) {
      const fields = readFields(entry, args);
      return toReply(await api.call(operation, args, { signal, budget, fields }));
    },
  });
}

function readFields({ fields }: OperationEntry, args: Arguments): string[] {
  const value = fields === undefined ? undefined : args[fields];
  return Array.isArray(value) ? value.map(String) : [];
}
