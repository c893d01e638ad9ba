import { Ajv, type ValidateFunction } from "ajv";
import document from "./github.openapi.json" with { type: "json" };

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly query: readonly { readonly name: string; readonly required?: boolean }[];
  readonly body?: object;
  readonly bodyRequired: boolean;
  readonly responses?: Readonly<Record<string, object | null>>;
}

const operations: readonly Operation[] = document.operations;
const ajv = new Ajv({ strict: false, allErrors: false });
ajv.addSchema({ schemas: document.schemas }, "github");
const compiled = new Map<object, ValidateFunction>();

/** Path parameters that hold slashes. */
const deep = ["path", "ref", "basehead"];

/** Whether a path, still encoded, is one of an operation's. */
function matches(template: string, path: string): boolean {
  const pattern = template.replace(/\/\{(\w+)\}/g, (_, name: string) => {
    // An empty path is the top directory, without the slash.
    if (name === "path") return "(?:/.*)?";
    return deep.includes(name) ? "/.+" : "/[^/]+";
  });
  return new RegExp(`^${pattern}$`).test(path);
}

/** Of several, the one that says most of the path itself: `/commits/{ref}/status` before `/commits/{ref}`. */
function findOperation(method: string, path: string): Operation | undefined {
  return operations
    .filter((operation) => operation.method === method && matches(operation.path, path))
    .sort((a, b) => toLiteral(b.path).length - toLiteral(a.path).length)[0];
}

function toLiteral(path: string): string {
  return path.replace(/\{[^}]*\}/g, "");
}

/** What is wrong with a request by GitHub's own description of its API; undefined for nothing. */
export function checkRequest(method: string, url: URL, body: unknown): string | undefined {
  const operation = findOperation(method, url.pathname);
  if (operation === undefined) return `${method} ${url.pathname} is not an operation`;
  const names = operation.query.map(({ name }) => name);
  const unknown = [...url.searchParams.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined) return `${method} ${url.pathname} takes no ${unknown}`;
  const missing = operation.query.find(
    ({ name, required }) => required === true && !url.searchParams.has(name),
  );
  if (missing) return `${method} ${url.pathname} needs ${missing.name}`;
  if (body === undefined) {
    return operation.bodyRequired && operation.body
      ? `${method} ${url.pathname} needs a body`
      : undefined;
  }
  if (operation.body === undefined) return undefined;
  const stranger = findStranger(operation.body, body);
  if (stranger !== undefined) return `${method} ${url.pathname} takes no ${stranger} in its body`;
  return toProblem(`${method} ${url.pathname}`, operation.body, body);
}

/** What is wrong with an answer of the fake's own. */
export function checkAnswer(
  method: string,
  path: string,
  status: number,
  body: unknown,
): string | undefined {
  const { responses } = findOperation(method, path) ?? {};
  const schema = responses?.[String(status)];
  if (responses === undefined || schema === undefined) {
    return `${method} ${path} is not described as answering ${status}`;
  }
  return schema === null ? undefined : toProblem(`the answer to ${method} ${path}`, schema, body);
}

/** A key the description does not name: such bodies are valid, and ignored. */
function findStranger(schema: object, body: unknown): string | undefined {
  if (!("properties" in schema) || typeof schema.properties !== "object") return undefined;
  const known = Object.keys(schema.properties ?? {});
  return Object.keys(Object(body)).find((key) => !known.includes(key));
}

function toProblem(what: string, schema: object, value: unknown): string | undefined {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    const absolute: unknown = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"github#/'));
    validate = ajv.compile(Object(absolute));
    compiled.set(schema, validate);
  }
  if (validate(value)) return undefined;
  return `${what}: ${ajv.errorsText(validate.errors)}`;
}
