import {
  asItIs,
  encodeAll,
  encodeQueryReserved,
  encodeReserved,
  isList,
  isRecord,
  toText,
  type Value,
} from "./encode.ts";
import { type Style, writeParameter } from "./styles.ts";

/** A parameter of an operation, as OpenAPI describes it; where it is silent, its defaults hold. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie" | "querystring";
  readonly style?: Style;
  readonly explode?: boolean;
  readonly allowReserved?: boolean;
  /** The media type of a parameter that has `content` instead of a schema. */
  readonly contentType?: string;
}

/** The parts of a request that parameters make. */
export interface Parts {
  readonly path: string;
  /** Without the question mark; empty where there is none. */
  readonly query: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly cookies: readonly string[];
}

const defaultStyles = {
  path: "simple",
  query: "form",
  header: "simple",
  cookie: "form",
  querystring: "form",
} as const satisfies Record<Parameter["in"], Style>;

/** Headers OpenAPI leaves to the media types and the security schemes. */
const ignored = ["accept", "content-type", "authorization"];

/**
 * Writes the parameters of one call. `find` is asked with the parameter itself, since names repeat
 * across locations; what is undefined is left out. A path parameter that is empty or a dot segment
 * would make another path, and is refused with a RangeError.
 */
export function writeParameters(
  template: string,
  parameters: readonly Parameter[],
  find: (parameter: Parameter) => Value | undefined,
): Parts {
  const inPath = new Map<string, string>();
  const query: string[] = [];
  const headers = new Map<string, string>();
  const cookies: string[] = [];
  for (const parameter of parameters) {
    const value = find(parameter);
    if (value === undefined) continue;
    switch (parameter.in) {
      case "path":
        inPath.set(parameter.name, write(parameter, value));
        break;
      case "query":
        query.push(write(parameter, value));
        break;
      case "querystring":
        query.push(writeQuerystring(parameter, value));
        break;
      case "header":
        if (!ignored.includes(parameter.name.toLowerCase())) {
          headers.set(parameter.name, write(parameter, value));
        }
        break;
      case "cookie":
        cookies.push(write(parameter, value));
    }
  }
  const path = template
    .split("/")
    .map((segment) => writeSegment(segment, (name) => inPath.get(name) ?? `{${name}}`))
    .join("/");
  const written = query.filter((part) => part !== "").join("&");
  return { path, query: written, headers, cookies: cookies.filter((part) => part !== "") };
}

function write(parameter: Parameter, value: Value): string {
  const { name, in: place, contentType, allowReserved } = parameter;
  const style = parameter.style ?? defaultStyles[place];
  const explode =
    parameter.explode ?? (style === "form" || style === "cookie" || style === "deepObject");
  const inQuery = place === "query" || place === "querystring";
  const reserved = inQuery ? encodeQueryReserved : encodeReserved;
  const plain = place === "header" || style === "cookie";
  const encode = plain ? asItIs : allowReserved ? reserved : encodeAll;
  if (contentType !== undefined) {
    const text = encode(writeContent(contentType, value));
    return place === "header" || place === "path" ? text : `${encode(name)}=${text}`;
  }
  return writeParameter({ name, style, explode, encode }, value);
}

/** Fills one segment of the path, which must stay a segment that names something. */
function writeSegment(segment: string, fill: (name: string) => string): string {
  const written = segment.replace(/\{([^{}]*)\}/g, (_, name: string) => fill(name));
  if (written === segment) return segment;
  const parts = decode(written).split(/[/\\]/);
  if (written === "" || parts.some((part) => part === "." || part === "..")) {
    throw new RangeError(
      `${segment} of the path cannot be ${JSON.stringify(decode(written))}: it would name another path.`,
    );
  }
  return written;
}

/** The text behind percent-encoding; what is no encoding stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The whole query in one parameter (OpenAPI 3.2). */
function writeQuerystring({ contentType = "" }: Parameter, value: Value): string {
  if (/^application\/x-www-form-urlencoded\b/.test(contentType) && isRecord(value)) {
    return writeForm(value);
  }
  return encodeAll(writeContent(contentType, value));
}

/** A value in its media type; text as it is, everything else as JSON. */
export function writeContent(contentType: string, value: Value): string {
  if (/\bjson\b|\+json/.test(contentType)) return JSON.stringify(value);
  return isRecord(value) || isList(value) ? JSON.stringify(value) : toText(value);
}

/** `application/x-www-form-urlencoded`, its members by the rules of `style: form, explode: true`. */
function writeForm(value: { readonly [key: string]: Value | undefined }): string {
  return Object.entries(value)
    .flatMap(([name, item]) =>
      item === undefined
        ? []
        : writeParameter({ name, style: "form", explode: true, encode: encodeAll }, item),
    )
    .join("&");
}
