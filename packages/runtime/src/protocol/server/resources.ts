import type {
  CallContext,
  Resource,
  ResourceContent,
  ResourceTemplate,
  Server,
  WireEntry,
} from "@fairlead/define";
import { embedded } from "@fairlead/define/run";
import { explain } from "@fairlead/define/start";
import type { Watcher } from "@fairlead/guard";
import type { Budget } from "@fairlead/guard/text";
import { fitParts } from "../../call/answer/budget.ts";
import { toResource } from "../../call/answer/content.ts";
import type { ErrorSink } from "../../call/failure.ts";
import { errorCode, invalidParams, type Json, ProtocolError } from "../json-rpc.ts";
import type { Errands } from "./errands.ts";
import { legacyNotFound } from "./features.ts";
import { type Asking, Listings } from "./listing.ts";
import { UriTemplate } from "./uri-template.ts";

export interface ResourceRequest {
  readonly uri: string;
  readonly modern: boolean;
  readonly budget: Budget;
}

type Found = Pick<Resource, "mimeType" | "read" | "watch">;

/** The resources of a server at work. */
export class Resources {
  readonly #server: Server;
  readonly #templates: readonly { template: ResourceTemplate; pattern: UriTemplate }[];
  readonly #listings: Listings;

  constructor(server: Server, errands: Errands, sink: ErrorSink) {
    this.#server = server;
    this.#listings = new Listings(server.resourceTemplates ?? [], errands, sink);
    this.#templates = (server.resourceTemplates ?? []).map((template) => ({
      template,
      pattern: new UriTemplate(template.uriTemplate),
    }));
  }

  /** What is listed, by source: the members that each template has at hand. */
  listMembers(asking: Asking): Promise<readonly (readonly WireEntry[])[]> {
    return this.#listings.take(asking);
  }

  /** The `contents` of a `resources/read` result, its text cut to the budget; throws ProtocolError for what is not there. */
  async read(
    { uri, modern, budget }: ResourceRequest,
    context: CallContext,
  ): Promise<readonly Json[]> {
    const code = modern ? errorCode.invalidParams : legacyNotFound;
    try {
      const resource = this.#find(uri);
      if (resource === undefined) {
        throw new ProtocolError(code, `Resource not found: ${uri}`, 200, { uri });
      }
      const found = await resource.read(context);
      const contents: readonly ResourceContent[] = "body" in found ? [found] : found;
      const parts = contents.map((content) =>
        embedded(content.uri ?? uri, content.body, content.mimeType ?? resource.mimeType),
      );
      return fitParts(parts, budget).map((part) => toResource(part.uri, part.mimeType, part.body));
    } catch (error) {
      const explained = explain(error);
      if (explained === undefined) throw error;
      throw new ProtocolError(code, explained, 200, { uri });
    }
  }

  /** Begins to watch a resource; throws ProtocolError for one that cannot be watched. */
  async watch(uri: string, context: unknown, watcher: Watcher): Promise<void> {
    const watch = this.#find(uri)?.watch;
    if (watch === undefined) throw invalidParams(`${uri} does not tell of changes. Read it again.`);
    await watch(context, watcher);
  }

  template(uriTemplate: string): ResourceTemplate | undefined {
    return this.#server.resourceTemplates?.find((each) => each.uriTemplate === uriTemplate);
  }

  #find(uri: string): Found | undefined {
    const fixed = this.#server.resources?.find((resource) => resource.uri === uri);
    if (fixed) return fixed;
    for (const { template, pattern } of this.#templates) {
      const variables = pattern.match(uri);
      if (variables === undefined) continue;
      const { mimeType } = template;
      return {
        ...(mimeType !== undefined && { mimeType }),
        read: (context) => template.read(variables, context),
        ...(template.watch && {
          watch: (context, watcher) => template.watch?.(variables, context, watcher),
        }),
      };
    }
    return undefined;
  }
}
