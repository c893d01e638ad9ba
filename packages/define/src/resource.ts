import type { Watcher } from "@fairlead/guard";
import type { CallContext } from "./context.ts";
import type { ContentAnnotations, Icon, Metadata } from "./metadata.ts";

/** The content of one resource: text as a string, anything else as bytes. */
export interface ResourceContent {
  /** Defaults to the URI that was read. */
  readonly uri?: string;
  /** Defaults to the one the list says. */
  readonly mimeType?: string;
  readonly body: string | Uint8Array;
}

type ReadResult = ResourceContent | readonly ResourceContent[];

/** The entry of one resource in a list. */
export interface ResourceFacts {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly mimeType?: string;
  readonly icons?: readonly Icon[];
  readonly annotations?: ContentAnnotations;
  readonly meta?: Metadata;
}

/** One resource as `resources/list` shows it. */
export interface ListedResource extends ResourceFacts {
  readonly uri: string;
  /** Bytes. */
  readonly size?: number;
}

/** A resource at one fixed URI. */
export interface Resource<C = unknown> extends ListedResource {
  /** The content, or several with URIs of their own; throws a ToolError where there is none. */
  read(context: C & CallContext): ReadResult | Promise<ReadResult>;
  /**
   * Watches the resource from its first listener to its last, once for all listeners of a principal
   * who may read it. Returns, or resolves, when it is watched.
   */
  watch?(context: C, watcher: Watcher): void | Promise<void>;
}

/**
 * Proposes values for what a person has typed so far; the first 100 are sent. The type of a method,
 * so that a server with a context of its own is still a Server.
 */
export type Complete<C = unknown> = {
  /** Values that begin with or fit `value`; `given` has the arguments filled in so far. */
  complete(
    value: string,
    context: C & CallContext,
    given: Readonly<Record<string, string>>,
  ): readonly string[] | Promise<readonly string[]>;
}["complete"];

/**
 * Resources behind a URI template: `{name}` takes one path segment, `{+name}` takes slashes too
 * (RFC 6570 levels 1 and 2). Values arrive decoded, so one segment may hold an encoded slash. `read` throws a ToolError for what does not exist.
 */
export interface ResourceTemplate<C = unknown> extends ResourceFacts {
  readonly uriTemplate: string;
  /** The content for the values of the template's variables. */
  read(
    variables: Readonly<Record<string, string>>,
    context: C & CallContext,
  ): ReadResult | Promise<ReadResult>;
  /** As that of a resource, for the values of the template's variables. */
  watch?(
    variables: Readonly<Record<string, string>>,
    context: C,
    watcher: Watcher,
  ): void | Promise<void>;
  /** Members worth listing in `resources/list`, in a stable order. */
  list?(context: C & CallContext): readonly ListedResource[] | Promise<readonly ListedResource[]>;
  /** Proposes values for the template's variables, by their names. */
  readonly complete?: Readonly<Record<string, Complete<C>>>;
}

/**
 * Defines a resource at one fixed URI.
 *
 * @example
 * ```ts
 * import { defineResource } from "@fairlead/runtime";
 *
 * export const motto = defineResource({
 *   uri: "note://motto",
 *   name: "motto",
 *   mimeType: "text/plain",
 *   read: () => ({ body: "A server is only its tools." }),
 * });
 * ```
 */
export function defineResource<C = unknown>(resource: Resource<C>): Resource<C> {
  return resource;
}

/**
 * Defines resources behind a URI template.
 *
 * @example
 * ```ts
 * import { defineResourceTemplate, ToolError } from "@fairlead/runtime";
 *
 * const notes = new Map([["welcome", "Hello."]]);
 * export const note = defineResourceTemplate({
 *   uriTemplate: "note://{name}",
 *   name: "note",
 *   read({ name = "" }) {
 *     const body = notes.get(name);
 *     if (body === undefined) throw new ToolError(`There is no note "${name}".`);
 *     return { body };
 *   },
 * });
 * ```
 */
export function defineResourceTemplate<C = unknown>(
  template: ResourceTemplate<C>,
): ResourceTemplate<C> {
  return template;
}
