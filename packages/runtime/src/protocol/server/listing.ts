import type { ResourceTemplate, WireEntry } from "@fairlead/define";
import { toResourceFacts } from "@fairlead/define/run";
import { explain } from "@fairlead/define/start";
import type { Call } from "../../call/call.ts";
import type { ErrorSink } from "../../call/failure.ts";
import type { Errand, Errands } from "./errands.ts";
import { remember } from "./remember.ts";

/** Callers whose listings are remembered. */
const cap = 100;

type Entries = readonly WireEntry[];
type ListingTemplate = ResourceTemplate & Required<Pick<ResourceTemplate, "list">>;

/** Who asks for a list, and what opens the server's context for them. */
export interface Asking {
  readonly call: Call;
  open(): unknown;
}

/**
 * The members that templates list. A list does not wait for a backend and does not fail with it:
 * what is not there within a moment is left out of that answer, or shown as it last was, and is
 * there for the next one; what fails is left out.
 */
export class Listings {
  readonly #templates: readonly ListingTemplate[];
  readonly #errands: Errands;
  readonly #sink: ErrorSink;
  readonly #byPrincipal = new Map<string, readonly Listing[]>();
  /** Several templates fail of one backend: it is told once. */
  readonly #told = new WeakSet<object>();

  constructor(templates: readonly ResourceTemplate[], errands: Errands, sink: ErrorSink) {
    this.#templates = templates.filter(isListing);
    this.#errands = errands;
    this.#sink = sink;
  }

  /** The entries of each template, in the order of the templates. */
  take(asking: Asking): Promise<readonly Entries[]> {
    const key = asking.call.principal.id;
    const listings = remember(this.#byPrincipal, key, cap, () =>
      this.#templates.map((template) => new Listing(template)),
    );
    return Promise.all(listings.map((listing) => listing.take((t) => this.#start(t, asking))));
  }

  #start(template: ListingTemplate, asking: Asking): Errand<Entries | undefined> {
    return this.#errands.start((signal) => this.#list(template, asking, signal), undefined);
  }

  async #list(
    template: ListingTemplate,
    { call, open }: Asking,
    signal: AbortSignal,
  ): Promise<Entries | undefined> {
    try {
      // It may outlive the call, so its signal is that of the work.
      const context = { ...call.toContext(await open()), signal };
      const members = await template.list(context);
      return members.map((member) => ({ uri: member.uri, ...toResourceFacts(member) }));
    } catch (error) {
      if (!signal.aborted) this.#tell(error);
      return undefined;
    }
  }

  /** A domain error is expected here (nobody has signed in, say) and told by the call that meets it. */
  #tell(error: unknown): void {
    if (explain(error) !== undefined) return;
    if (typeof error === "object" && error !== null) {
      if (this.#told.has(error)) return;
      this.#told.add(error);
    }
    this.#sink(error, "resources/list", "-");
  }
}

/** The members of one template for one caller. */
class Listing {
  readonly #template: ListingTemplate;
  #errand: Errand<Entries | undefined> | undefined;
  #known: Entries | undefined;

  constructor(template: ListingTemplate) {
    this.#template = template;
  }

  async take(start: (template: ListingTemplate) => Errand<Entries | undefined>): Promise<Entries> {
    let errand = this.#errand;
    // One that is still running is waited for, and not begun again by every list.
    if (errand === undefined || errand.outcome !== undefined) {
      this.#known = errand?.outcome?.value;
      errand = start(this.#template);
      this.#errand = errand;
    }
    await errand.moment;
    return (errand.outcome === undefined ? this.#known : errand.outcome.value) ?? [];
  }
}

function isListing(template: ResourceTemplate): template is ListingTemplate {
  return template.list !== undefined;
}
