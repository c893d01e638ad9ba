/** An icon a client may show next to a server, tool, prompt or resource: https or data URI. */
export interface Icon {
  readonly src: string;
  readonly mimeType?: string;
  readonly sizes?: readonly string[];
  readonly theme?: "light" | "dark";
}

export interface ContentAnnotations {
  readonly audience?: readonly ("user" | "assistant")[];
  /** From 0, least important, to 1. */
  readonly priority?: number;
  /** ISO 8601. */
  readonly lastModified?: string;
}

/** The `_meta` object of a definition; keys follow the specification's prefix rule. */
export type Metadata = { readonly [key: string]: unknown };

/** The capabilities that a client declares in `initialize` or in the `_meta` of a request. */
export type ClientCapabilities = { readonly [capability: string]: unknown };
