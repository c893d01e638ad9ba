import type { Value } from "../values/encode.ts";
import type { Encoding } from "../values/form.ts";
import type { Parameter } from "./parameters.ts";

/** The arguments of a call: JSON, as the tool got it. */
export type Arguments = Readonly<Record<string, unknown>>;

/**
 * One operation of an HTTP API as plain JSON: all it takes to write a request from the arguments of
 * a tool, and to read what comes back.
 */
export interface Operation {
  readonly method: string;
  /** As OpenAPI writes it: `/pets/{id}`. */
  readonly path: string;
  /** Where it is served, where that is elsewhere than the rest of the API. */
  readonly servers?: readonly ServerEntry[];
  readonly parameters?: readonly ArgumentParameter[];
  readonly body?: Body;
  /** Media types the answer may have, the preferred first. */
  readonly accept?: readonly string[];
  /** The argument that chooses one of them; the first is asked for without it. */
  readonly acceptArgument?: string;
  /** The sets of security schemes, any one of which will do; none where nobody is asked who they are. */
  readonly security?: readonly SecuritySet[];
  readonly next?: NextHint;
}

/** A parameter and the argument its value comes from. */
export interface ArgumentParameter extends Parameter {
  readonly argument: string;
  /** It takes no number, so that a next page of digits is named as text. */
  readonly text?: boolean;
}

/** A request body: one argument as it is, or an object made of several. */
export interface Body {
  readonly contentType: string;
  readonly argument?: string;
  readonly members?: readonly Member[];
  /** An object of which no member is given is sent as an empty one. */
  readonly required?: boolean;
  /** The body is the content of the file that the argument names. */
  readonly file?: boolean;
  /** Members of a form whose values name files. */
  readonly files?: readonly string[];
  readonly encoding?: Readonly<Record<string, Encoding>>;
}

/** A member of an object in a body, and the argument its value comes from. */
export interface Member {
  readonly name: string;
  readonly argument: string;
}

/** A server of the API: its URL may hold variables and be relative to where the document lies. */
export interface ServerEntry {
  readonly url: string;
  readonly variables?: Readonly<Record<string, ServerVariable>>;
}

/** A variable in the URL of a server, after OpenAPI's Server Variable Object. */
export interface ServerVariable {
  readonly default: string;
  readonly enum?: readonly string[];
  readonly description?: string;
}

/** Names of security schemes, all of which are needed together; the scopes each must have. */
export type SecuritySet = Readonly<Record<string, readonly string[]>>;

/** How a request proves who sends it, after OpenAPI's Security Scheme Object. */
export type SecurityScheme =
  | { readonly type: "apiKey"; readonly in: "header" | "query" | "cookie"; readonly name: string }
  | { readonly type: "basic" }
  /** A token in `Authorization`, behind another word than Bearer if there is one. */
  | { readonly type: "bearer"; readonly word?: string }
  | {
      readonly type: "oauth2";
      readonly tokenUrl?: string;
      readonly refreshUrl?: string;
      readonly signIn?: SignInFlow;
    };

/** Where people sign in, after OpenAPI's OAuth Flow Object for `authorizationCode`. */
export interface SignInFlow {
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
}

/** Where an answer says how to get the page after it. */
export interface NextHint {
  /** Members on the way to the position in the answer, such as `["meta", "next_cursor"]`. */
  readonly member: readonly string[];
  /** The argument that takes the position; without one, the member holds the URL of the page. */
  readonly argument?: string;
}

/** What the operations of an API have in common. */
export interface ApiEntry {
  readonly servers: readonly ServerEntry[];
  readonly schemes: Readonly<Record<string, SecurityScheme>>;
  /** Some operation takes an ETag, so that answers tell theirs. */
  readonly etags?: boolean;
}

/** Arguments come from JSON, so that whatever is there is a value. */
export function isValue(value: unknown): value is Value {
  return value === null || ["string", "number", "boolean", "object"].includes(typeof value);
}

/** The value of an argument; undefined where it is left out. */
export function findArgument(args: Arguments, name: string): Value | undefined {
  const value = Object.hasOwn(args, name) ? args[name] : undefined;
  return isValue(value) ? value : undefined;
}
