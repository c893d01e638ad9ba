import type { Operation, OperationEntry, SecurityScheme, ServerEntry } from "@fairlead/openapi";
import { type Json, toJson } from "../json.ts";
import { toAnswer } from "./answers.ts";
import { toPlain, toSpoken } from "./names/words.ts";
import type { Listed } from "./operations.ts";
import { nameArguments, toInput, type Wanted } from "./request/arguments.ts";
import { toWantedBody, type WantedBody } from "./request/bodies.ts";
import { listParameters, toWanted } from "./request/parameters.ts";
import type { References } from "./schemas/references.ts";
import type { InputSchemas } from "./schemas/schemas.ts";
import { isCredential, toSecurity } from "./security.ts";
import { findForeign, findWrong, toServers } from "./servers.ts";

/** What all operations of a document have in common. */
export interface Common {
  readonly document: Json;
  readonly url: URL;
  readonly references: References;
  readonly schemas: InputSchemas;
  readonly servers: readonly ServerEntry[];
  readonly schemes: Readonly<Record<string, SecurityScheme>>;
}

/** Why an operation becomes no tool. */
export class Unusable extends Error {
  override readonly name = "Unusable";
}

/** Below this a description does not say what a tool is for. */
const shortestWords = 21;
/** How many characters say what a tool is for, and how many fields an answer has to make choosing pay. */
const descriptionWords = 300;
const manyFields = 8;

const fieldsSchema: Json = {
  type: "array",
  items: { type: "string" },
  description:
    "Fields of the answer to return, for example `id` or `owner.login` for a nested one. Default: all.",
};

/** The tool of one operation. Throws Unusable where there can be none. */
export function toEntry(listed: Listed, name: string, common: Common): OperationEntry {
  const { method, path, own } = listed;
  const extension = toJson(own["x-mcp"]);
  assertMethod(method);
  const servers = toOwnServers(listed, common);
  const security = toSecurity(own["security"], common.document, common.schemes);
  if (security === undefined) {
    throw new Unusable("none of its security schemes is an API key, basic, bearer or OAuth2");
  }
  const parameters = toParameters(listed, security, common);
  const wish = extension["contentType"];
  const body = toWantedBody(
    own["requestBody"],
    { method, wish },
    common.references,
    common.schemas,
  );
  const sent = toSentBody(body, method, common.references.resolve(own["requestBody"]));
  const bodyWanted = (sent?.wanted ?? []).filter(
    ({ name: member, schema }) =>
      !isCredential(
        {
          in: sent?.form === true ? "form" : "body",
          name: member,
          description: schema["description"],
        },
        security,
        common.schemes,
      ),
  );
  const effect = toEffect(extension["effect"], method);
  // The guard asks for a `confirm` of its own before anything is changed.
  const reserved = effect === "read" ? [] : ["confirm"];
  const names = nameArguments<Wanted>([...parameters, ...bodyWanted], reserved);
  const inQuery = parameters.filter(({ place }) => place === "query");
  const queryArguments = new Map(inQuery.map((one) => [one.name, names.get(one) ?? one.name]));
  const answer = toAnswer(own["responses"], queryArguments, common.references);
  const taken = [...names.values()];
  const acceptArgument = answer.chooses ? toFree("answer_type", taken) : undefined;
  const operation: Operation = {
    method,
    path: path.replace(/#.*$/, ""),
    ...(servers.length > 0 && { servers }),
    ...(parameters.length > 0 && {
      parameters: parameters.map((one) => ({
        ...one.parameter,
        argument: names.get(one) ?? one.name,
      })),
    }),
    ...(sent && { body: { ...sent.body, ...toBodyArguments(sent, bodyWanted, names) } }),
    ...(answer.accept.length > 0 && { accept: answer.accept }),
    ...(acceptArgument !== undefined && { acceptArgument }),
    ...(security.length > 0 && { security }),
    ...(answer.next && { next: answer.next }),
  };
  const fields = taken.includes("fields") ? toFree("answer_fields", taken) : "fields";
  const chooses = effect === "read" && answer.fields >= manyFields ? fields : undefined;
  const more = {
    ...(acceptArgument !== undefined && { [acceptArgument]: toTypeSchema(answer.accept) }),
    ...(chooses !== undefined && { [chooses]: fieldsSchema }),
  };
  const input = toInput(names);
  return {
    name,
    title: toTitle(extension["title"], own["summary"], name),
    description: toDescription(listed, answer.returns),
    effect,
    ...((extension["idempotent"] === true || isRepeatable(method)) && { idempotent: true }),
    input: { ...input, properties: { ...toJson(input["properties"]), ...more } },
    ...(chooses !== undefined && { fields: chooses }),
    ...(answer.returns && { returns: answer.returns }),
    operation,
  };
}

/** A name that no argument has yet. */
function toFree(name: string, taken: readonly string[]): string {
  return taken.includes(name) ? toFree(`${name}_`, taken) : name;
}

function toTypeSchema(types: readonly string[]): Json {
  const description = `Media type of the answer. Default: ${types[0]}.`;
  return { type: "string", enum: types, description };
}

/** Where a read may do without its body it does, since most that is between ignores or refuses one. */
function toSentBody(body: WantedBody | undefined, method: string, given: Json) {
  if (body === undefined || (method !== "GET" && method !== "HEAD")) return body;
  const { required: _, ...rest } = body.body;
  return given["required"] === true ? { ...body, body: rest } : undefined;
}

function assertMethod(method: string): void {
  if (/^(?:CONNECT|TRACE|TRACK)$/i.test(method)) {
    throw new Unusable(`${method} is never sent: what answers it repeats credentials`);
  }
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(method))
    throw new Unusable("its method is not an HTTP method");
}

function toOwnServers({ own, item }: Listed, { url, servers }: Common): ServerEntry[] {
  const found = toServers(own["servers"] ?? item["servers"], url).slice(0, 1);
  const wrong = findWrong(found) ?? findForeign(found, servers);
  if (wrong !== undefined) throw new Unusable(wrong);
  return found;
}

function toParameters(
  listed: Listed,
  security: Parameters<typeof isCredential>[1],
  common: Common,
) {
  const { path, item, own } = listed;
  const given = { shared: item["parameters"], own: own["parameters"] };
  return listParameters(path, given, common.references)
    .filter((one) => !isCredential(one, security, common.schemes))
    .flatMap((one) => {
      const wanted = toWanted(one, common.schemas);
      return wanted === undefined ? [] : [wanted];
    });
}

function toBodyArguments(
  { whole }: Pick<WantedBody, "whole">,
  wanted: readonly Wanted[],
  names: ReadonlyMap<Wanted, string>,
): Pick<NonNullable<Operation["body"]>, "argument" | "members"> {
  const members = wanted.map((one) => ({ name: one.name, argument: names.get(one) ?? one.name }));
  return whole ? { argument: members[0]?.argument ?? "body" } : { members };
}

function toEffect(chosen: unknown, method: string): OperationEntry["effect"] {
  if (chosen === "read" || chosen === "write" || chosen === "destroy") return chosen;
  if (["GET", "HEAD", "OPTIONS", "QUERY"].includes(method)) return "read";
  return method === "DELETE" ? "destroy" : "write";
}

/** Methods whose second call changes nothing more (RFC 9110 9.2.2). */
function isRepeatable(method: string): boolean {
  return method === "PUT" || method === "DELETE";
}

function toTitle(chosen: unknown, summary: unknown, name: string): string {
  const words = toPlain(chosen ?? summary, 60).replace(/\.$/, "");
  const spoken = toSpoken(name).replace(/\.$/, "");
  const isLong = words.endsWith("…") && spoken.length <= 60;
  return words === "" || isLong ? spoken : words;
}

function toDescription({ own, method, path }: Listed, returns: string | undefined): string {
  const chosen = toPlain(toJson(own["x-mcp"])["description"], descriptionWords);
  const summary = toPlain(own["summary"], descriptionWords).replace(/(?<=[\p{L}\p{N})])$/u, ".");
  const long = toPlain(own["description"], descriptionWords);
  const repeats = long.toLowerCase().startsWith(summary.toLowerCase().replace(/\.$/, ""));
  const both = repeats || summary === "" ? long : `${summary} ${long}`;
  const what = chosen || toPlain(both, descriptionWords) || `Sends ${method} ${path}.`;
  const whole = what.length >= shortestWords ? what : toLonger(what, method, path);
  const ended = /[.!?…)]$/.test(whole) ? whole : `${whole}.`;
  if (returns === undefined) return ended;
  return `${ended} Returns ${returns}${returns.endsWith("…") ? "" : "."}`;
}

/** A few words with the request they stand for; the shortest paths need some more. */
function toLonger(what: string, method: string, path: string): string {
  const longer = `${what} (${method} ${path})`;
  return longer.length >= shortestWords ? longer : `${what} Sends ${method} ${path} to the API.`;
}
