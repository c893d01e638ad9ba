import type { Effect } from "@fairlead/runtime";
import { type ApiData, type ApiFacts, listOperations } from "./data.ts";

const severity: readonly Effect[] = ["read", "write", "destroy"];
const shown = /[/+](?:json|xml|yaml)\b|^(?:text|image|audio)\//i;

/** The facts of an API: as they were written down, or read from its operations. */
export function toFacts(data: ApiData): ApiFacts {
  if (data.facts !== undefined) return data.facts;
  const entries = listOperations(data);
  const operations = entries.map(({ operation }) => operation);
  const ranks = entries.map(({ effect }) => severity.indexOf(effect));
  const servers = operations.flatMap((operation) => operation.servers ?? []);
  return {
    operations: entries.length,
    least: severity[Math.min(...ranks)] ?? "read",
    most: severity[Math.max(...ranks)] ?? "read",
    servers: [...new Map(servers.map((server) => [JSON.stringify(server), server])).values()],
    variables: Object.assign({}, ...operations.map((one) => one.servers?.[0]?.variables)),
    takesFiles: operations.some(
      ({ body }) => body?.file === true || (body?.files?.length ?? 0) > 0,
    ),
    answersFiles: operations.some(({ accept = [] }) => accept.some((type) => !shown.test(type))),
  };
}
