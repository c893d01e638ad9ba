import type { Effect } from "../define/tool.ts";
import type { ServerEntry, ServerVariable } from "../upstream/operation/operation.ts";
import { type ApiData, listOperations } from "./data.ts";

/** What a server has to know of all operations together before it is asked for any of them. */
export interface ApiFacts {
  readonly operations: number;
  /** The least and the most that an operation does. */
  readonly least: Effect;
  readonly most: Effect;
  /** Servers that operations have of their own. */
  readonly servers: readonly ServerEntry[];
  /** The variables of those that are used. */
  readonly variables: Readonly<Record<string, ServerVariable>>;
  /** Some operation sends files. */
  readonly takesFiles: boolean;
  /** Some operation may answer with what is neither text nor a picture nor a sound. */
  readonly answersFiles: boolean;
}

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
