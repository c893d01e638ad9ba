import {
  asItIs,
  encodeAll,
  encodeQueryReserved,
  encodeReserved,
  isRecord,
  type Value,
} from "../values/encode.ts";
import { ArgumentError } from "../values/errors.ts";
import { isUrlEncoded, writeContent, writeUrlEncoded } from "../values/form.ts";
import { type Style, writeParameter } from "../values/styles.ts";

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
 * would make another path, and is refused with an ArgumentError, as is what no header can hold.
 */
export function writeParameters<P extends Parameter>(
  template: string,
  parameters: readonly P[],
  find: (parameter: P) => Value | undefined,
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
          headers.set(parameter.name, toHeaderValue(parameter, write(parameter, value)));
        }
        break;
      case "cookie":
        cookies.push(toHeaderValue(parameter, write(parameter, value)));
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
  if (style === "cookie") assertCookie(name, value);
  if (contentType !== undefined) {
    const text = encode(writeContent(contentType, value));
    return place === "header" || place === "path" ? text : `${encode(name)}=${text}`;
  }
  return writeParameter({ name, style, explode, encode }, value);
}

/** What a header takes: no line ends, no control characters, nothing beyond Latin-1 (RFC 9110 5.5). */
function toHeaderValue({ name, in: place }: Parameter, text: string): string {
  if (/^[\t\x20-\x7e\xa0-\xff]*$/.test(text)) return text;
  throw new ArgumentError(
    `${name} cannot be ${JSON.stringify(text)}: a ${place} takes one line of Latin letters.`,
    "Leave out line ends and other characters.",
  );
}

/** In a cookie that is written as it is, what separates cookies would begin another (RFC 6265 4.1.1). */
function assertCookie(name: string, value: Value): void {
  if (!/[;\r\n]/.test(JSON.stringify(value))) return;
  throw new ArgumentError(`${name} is a cookie, which holds no semicolon.`, "Leave it out.");
}

/** Fills one segment of the path, which must stay a segment that names something. */
function writeSegment(segment: string, fill: (name: string) => string): string {
  const written = segment.replace(/\{([^{}]*)\}/g, (_, name: string) => fill(name));
  if (written === segment) return segment;
  const parts = decode(written).split(/[/\\]/);
  if (written === "" || parts.some((part) => part === "." || part === "..")) {
    throw new ArgumentError(
      `${segment} of the path cannot be ${JSON.stringify(decode(written))}: it would name another path.`,
      "Give the identifier itself.",
    );
  }
  return written;
}

/** The text behind percent-encoding; what is not an encoding stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The whole query in one parameter (OpenAPI 3.2). */
function writeQuerystring({ contentType = "" }: Parameter, value: Value): string {
  if (isUrlEncoded(contentType) && isRecord(value)) return writeUrlEncoded(value);
  return encodeAll(writeContent(contentType, value));
}
