import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/** A parameter as Google's discovery documents describe it. */
interface Parameter {
  readonly location: string;
  readonly type: string;
  readonly required?: boolean;
  readonly repeated?: boolean;
  readonly enum?: readonly string[];
  readonly minimum?: string;
  readonly maximum?: string;
}

interface Method {
  readonly scopes: readonly string[];
  readonly httpMethod: string;
  readonly path: string;
  readonly parameters?: Readonly<Record<string, Parameter>>;
  readonly request?: { readonly $ref: string };
  readonly response?: { readonly $ref: string };
  readonly supportsMediaUpload?: boolean;
}

type JsonSchema = Readonly<Record<string, unknown>>;

/** An extract of a discovery document: the methods that are used and the schemas they reach. */
export interface Discovery {
  readonly servicePath: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly methods: Readonly<Record<string, Method>>;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

/** A request that is one of the described methods. */
export interface Operation {
  readonly id: string;
  readonly method: Method;
  readonly params: Readonly<Record<string, string>>;
}

/** Google's own description of an API, which every request and every answer is held against. */
export class Description {
  readonly #discovery: Discovery;
  readonly #patterns: readonly {
    readonly id: string;
    readonly form: RegExp;
    readonly names: readonly string[];
  }[];
  readonly #ajv: Ajv2020;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(discovery: Discovery) {
    this.#discovery = discovery;
    this.#patterns = Object.entries(discovery.methods).map(([id, method]) => {
      const path = `/${discovery.servicePath}${method.path}`;
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
      const prefix = method.supportsMediaUpload ? "(?:/upload)?" : "";
      return { id, names, form: new RegExp(`^${prefix}${path.replace(/\{\w+\}/g, "([^/]+)")}$`) };
    });
    this.#ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
    const $defs = Object.fromEntries(
      Object.entries(discovery.schemas).map(([name, schema]) => [name, toJsonSchema(schema)]),
    );
    this.#ajv.addSchema({ $id: "api", $defs });
  }

  match(httpMethod: string, pathname: string): Operation | undefined {
    for (const { id, form, names } of this.#patterns) {
      const method = this.#discovery.methods[id];
      const found = form.exec(pathname);
      if (!method || !found || method.httpMethod !== httpMethod) continue;
      const values = names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? "")]);
      return { id, method, params: Object.fromEntries(values) };
    }
    return undefined;
  }

  /** What is wrong with a request. */
  findRequestProblems({ id, method }: Operation, url: URL, body: unknown): string[] {
    const problems: string[] = [];
    const known: Readonly<Record<string, Parameter>> = {
      ...this.#discovery.parameters,
      ...method.parameters,
    };
    const upload = url.pathname.startsWith("/upload/");
    for (const [name, value] of url.searchParams) {
      if (name === "uploadType" && upload) continue;
      if (name === "alt" && value === "media") continue;
      const parameter = known[name];
      if (parameter === undefined) problems.push(`${id}: there is no parameter ${name}`);
      else if (!fits(parameter, value)) problems.push(`${id}: ${name}=${value} is not valid`);
    }
    for (const [name, parameter] of Object.entries(method.parameters ?? {})) {
      const missing = parameter.required && parameter.location === "query";
      if (missing && !url.searchParams.has(name)) problems.push(`${id}: ${name} is missing`);
    }
    if (body !== undefined)
      problems.push(...this.#findProblems(`${id} request`, method.request, body));
    return problems;
  }

  /** What is wrong with an answer. */
  findResponseProblems({ id, method }: Operation, body: unknown): string[] {
    return this.#findProblems(`${id} response`, method.response, body);
  }

  #findProblems(where: string, ref: Method["request"], body: unknown): string[] {
    if (ref === undefined) return [`${where}: none is described`];
    let validate = this.#validators.get(ref.$ref);
    if (validate === undefined) {
      validate = this.#ajv.compile({ $ref: `api#/$defs/${ref.$ref}` });
      this.#validators.set(ref.$ref, validate);
    }
    if (validate(body)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${where}: ${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }
}

function fits({ type, enum: choices, minimum, maximum }: Parameter, value: string): boolean {
  if (choices !== undefined && !choices.includes(value)) return false;
  if (type === "boolean") return value === "true" || value === "false";
  if (type !== "integer") return true;
  const number = Number(value);
  return (
    /^-?\d+$/.test(value) &&
    (minimum === undefined || number >= Number(minimum)) &&
    (maximum === undefined || number <= Number(maximum))
  );
}

/** Discovery's dialect as JSON Schema, closed: what is not described is a mistake. */
function toJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJsonSchema);
  if (typeof value !== "object" || value === null) return value;
  const schema: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key === "properties" && typeof inner === "object" && inner !== null) {
      const fields = Object.entries(inner).map(([name, field]) => [name, toJsonSchema(field)]);
      schema["properties"] = Object.fromEntries(fields);
      if (!("additionalProperties" in value)) schema["additionalProperties"] = false;
    } else if (key === "$ref") schema["$ref"] = `#/$defs/${inner}`;
    else if (key === "type" && inner === "any") continue;
    // Integers of 64 bits are strings on the wire, which the type says already.
    else if (key === "format" || key === "default") continue;
    else schema[key] = toJsonSchema(inner);
  }
  return schema;
}
