import { isJson, type Json, member, readPointer, toJson, toList, toText } from "../json.ts";

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** What Swagger 2.0 says of a single value next to a parameter, and OpenAPI 3 in its schema. */
const valueKeys = [
  ...["type", "format", "items", "default", "maximum", "exclusiveMaximum", "minimum"],
  ...["exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems"],
  ...["uniqueItems", "enum", "multipleOf", "allOf", "anyOf", "oneOf", "properties", "required"],
];

/** `collectionFormat` as style and explode. */
const formats: Readonly<Record<string, Json>> = {
  csv: { style: "form", explode: false },
  ssv: { style: "spaceDelimited", explode: false },
  // No style has tabs; the server that asks for them still reads commas more likely than anything.
  tsv: { style: "form", explode: false },
  pipes: { style: "pipeDelimited", explode: false },
  multi: { style: "form", explode: true },
};

const form = "application/x-www-form-urlencoded";
const multipart = "multipart/form-data";

/** Writes a Swagger 2.0 document as OpenAPI 3.0; any other comes back as it is. */
export function upgrade(document: Json): Json {
  if (!String(document["swagger"] ?? "").startsWith("2")) return document;
  return new Upgrade(document).run();
}

class Upgrade {
  readonly #document: Json;

  constructor(document: Json) {
    this.#document = document;
  }

  run(): Json {
    const { definitions, parameters, responses, securityDefinitions, paths, ...rest } =
      this.#document;
    const {
      swagger: _,
      host: _h,
      basePath: _b,
      schemes: _s,
      consumes: _c,
      produces: _p,
      ...own
    } = rest;
    return {
      openapi: "3.0.4",
      ...own,
      servers: this.#toServers(),
      paths: mapValues(paths, (item) => this.#toPathItem(toJson(item))),
      components: {
        schemas: mapValues(definitions, (schema) => this.#toSchema(schema)),
        responses: mapValues(responses, (response) =>
          this.#toResponse(toJson(response), toList(this.#document["produces"])),
        ),
        securitySchemes: mapValues(securityDefinitions, (scheme) => toScheme(toJson(scheme))),
        // Parameters in bodies have become bodies, so that nothing refers to any of them.
        parameters: mapValues(
          Object.fromEntries(
            Object.entries(toJson(parameters)).filter(([, one]) => !isInBody(toJson(one))),
          ),
          (parameter) => this.#toParameter(toJson(parameter)),
        ),
      },
    };
  }

  #toServers(): Json[] {
    const { host, basePath, schemes } = this.#document;
    const path = toText(basePath)?.replace(/^(?!\/)/, "/") ?? "/";
    if (typeof host !== "string") return [{ url: path }];
    const all = toList(schemes).filter((scheme) => scheme === "https" || scheme === "http");
    const ordered = all.length > 0 ? all.toSorted().toReversed() : ["https"];
    return ordered.map((scheme) => ({
      url: `${String(scheme)}://${host}${path === "/" ? "" : path}`,
    }));
  }

  #toPathItem(item: Json): Json {
    const shared = toList(item["parameters"]).map((one) => this.#resolve(one));
    const entries = Object.entries(item).flatMap(([key, value]): [string, unknown][] => {
      if (methods.includes(key)) return [[key, this.#toOperation(toJson(value), shared)]];
      return key === "parameters" ? [] : [[key, value]];
    });
    const others = shared.filter((one) => !isInBody(one));
    return {
      ...Object.fromEntries(entries),
      ...(others.length > 0 && { parameters: others.map((one) => this.#toParameter(one)) }),
    };
  }

  #toOperation(operation: Json, shared: readonly Json[]): Json {
    const { consumes, produces, schemes: _, parameters, responses, ...own } = operation;
    const given = toList(parameters).map((one) => this.#resolve(one));
    const inherited = shared.filter(
      (one) => isInBody(one) && !given.some((two) => isSame(one, two)),
    );
    const all = [...given, ...inherited];
    const body = this.#toBody(
      all.filter(isInBody),
      toTypes(consumes ?? this.#document["consumes"]),
    );
    const makes = toList(produces ?? this.#document["produces"]);
    return {
      ...own,
      parameters: all.filter((one) => !isInBody(one)).map((one) => this.#toParameter(one)),
      ...(body && { requestBody: body }),
      responses: mapValues(responses, (response) =>
        this.#toResponse(this.#resolve(response), makes),
      ),
    };
  }

  #toParameter(parameter: Json): Json {
    if (typeof parameter["$ref"] === "string") {
      return { $ref: parameter["$ref"].replace(/^#\/parameters\//, "#/components/parameters/") };
    }
    const { collectionFormat, ...own } = parameter;
    const isList = parameter["type"] === "array";
    const inQuery = parameter["in"] === "query";
    const style = isList
      ? (formats[toText(collectionFormat) ?? "csv"] ?? formats["csv"])
      : undefined;
    // Paths and headers know commas alone.
    const said = style && (inQuery ? style : { style: "simple" });
    const rest = Object.entries(own).filter(
      ([key]) => !valueKeys.includes(key) || isFlag(key, own),
    );
    return { ...Object.fromEntries(rest), ...said, schema: this.#toValueSchema(parameter) };
  }

  #toValueSchema(parameter: Json): unknown {
    const entries = Object.entries(parameter).filter(
      ([key]) => valueKeys.includes(key) && !isFlag(key, parameter),
    );
    return this.#toSchema(Object.fromEntries(entries));
  }

  #toBody(parameters: readonly Json[], consumes: readonly string[]): Json | undefined {
    const [body] = parameters.filter((one) => one["in"] === "body");
    if (body) {
      const schema = this.#toSchema(body["schema"] ?? {});
      const types = consumes.length > 0 ? consumes : ["application/json"];
      const content = Object.fromEntries(types.map((type) => [type, { schema }]));
      return { ...pick(body, ["description", "required"]), content };
    }
    if (parameters.length === 0) return undefined;
    const hasFiles = parameters.some((one) => one["type"] === "file");
    const forms = consumes.filter((type) => type === form || type === multipart);
    const types = hasFiles ? [multipart] : forms.length > 0 ? forms : [form];
    const content = Object.fromEntries(types.map((type) => [type, this.#toForm(parameters)]));
    return {
      content,
      ...(parameters.some((one) => one["required"] === true) && { required: true }),
    };
  }

  #toForm(parameters: readonly Json[]): Json {
    const properties = parameters.map((one) => {
      const schema = toJson(this.#toValueSchema(one));
      return [String(one["name"]), { ...schema, ...pick(one, ["description"]) }] as const;
    });
    const lists = parameters.filter((one) => one["type"] === "array");
    const encoding = lists.map((one) => [
      String(one["name"]),
      formats[toText(one["collectionFormat"]) ?? "csv"] ?? {},
    ]);
    const required = parameters.filter((one) => one["required"] === true);
    return {
      schema: {
        type: "object",
        properties: Object.fromEntries(properties),
        ...(required.length > 0 && { required: required.map((one) => one["name"]) }),
      },
      ...(encoding.length > 0 && { encoding: Object.fromEntries(encoding) }),
    };
  }

  #toResponse(response: Json, produces: readonly unknown[]): Json {
    if (typeof response["$ref"] === "string") {
      return { $ref: response["$ref"].replace(/^#\/responses\//, "#/components/responses/") };
    }
    const { schema, examples: _, headers: _h, ...own } = response;
    if (schema === undefined) return own;
    const types = toTypes(produces);
    const isFile = member(schema, "type") === "file";
    const known =
      types.length > 0 ? types : [isFile ? "application/octet-stream" : "application/json"];
    const written = this.#toSchema(schema);
    return {
      ...own,
      content: Object.fromEntries(known.map((type) => [type, { schema: written }])),
    };
  }

  /** A schema with its references moved and what only 2.0 says in the words of 3.0. */
  #toSchema(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#toSchema(item));
    if (!isJson(value)) return value;
    const entries = Object.entries(value).map(([key, item]): [string, unknown] => {
      if (key === "$ref" && typeof item === "string") return [key, moveReference(item)];
      if (key === "x-nullable") return ["nullable", item];
      if (key === "discriminator" && typeof item === "string") return [key, { propertyName: item }];
      if (["example", "enum", "default"].includes(key)) return [key, item];
      // Members may be called like keywords.
      if (key === "properties") return [key, mapValues(item, (one) => this.#toSchema(one))];
      return [key, this.#toSchema(item)];
    });
    const schema = Object.fromEntries(entries);
    return schema["type"] === "file" ? { ...schema, type: "string", format: "binary" } : schema;
  }

  /** What a reference in the document means; parameters and responses refer only once. */
  #resolve(value: unknown): Json {
    const reference = member(value, "$ref");
    if (typeof reference !== "string") return toJson(value);
    const found = readPointer(this.#document, reference);
    return isJson(found) && !("$ref" in found) ? found : toJson(value);
  }
}

function toScheme(scheme: Json): Json {
  const { type, flow, authorizationUrl, tokenUrl, scopes, ...own } = scheme;
  if (type === "basic") return { ...own, type: "http", scheme: "basic" };
  if (type !== "oauth2") return { ...own, type };
  const names: Readonly<Record<string, string>> = {
    application: "clientCredentials",
    accessCode: "authorizationCode",
  };
  const name = names[String(flow)] ?? String(flow ?? "implicit");
  const given = Object.entries({ authorizationUrl, tokenUrl }).filter(
    ([, url]) => url !== undefined,
  );
  return {
    ...own,
    type,
    flows: { [name]: { ...Object.fromEntries(given), scopes: scopes ?? {} } },
  };
}

/** `required` is a flag of a parameter, and a list in a schema. */
function isFlag(key: string, holder: Json): boolean {
  return key === "required" && typeof holder[key] === "boolean";
}

function isInBody(parameter: Json): boolean {
  return parameter["in"] === "body" || parameter["in"] === "formData";
}

function isSame(one: Json, two: Json): boolean {
  return one["in"] === two["in"] && (one["name"] === two["name"] || one["in"] === "body");
}

function moveReference(reference: string): string {
  return reference.replace(/^#\/definitions\//, "#/components/schemas/");
}

function toTypes(value: unknown): string[] {
  return toList(value).filter((type) => typeof type === "string");
}

function pick(value: Json, keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key)));
}

function mapValues(value: unknown, change: (item: unknown) => unknown): Json {
  return Object.fromEntries(
    Object.entries(toJson(value)).map(([key, item]) => [key, change(item)]),
  );
}
