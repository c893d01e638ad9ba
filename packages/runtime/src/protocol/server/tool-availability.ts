import type { Principal, Server } from "@fairlead/define";
import type { Access } from "@fairlead/operate/policy";
import type { Errand, Errands } from "./errands.ts";
import { remember } from "./remember.ts";

/** Callers whose view is remembered; the oldest is asked about again. */
const cap = 1_000;

/** The tools that are of no use to a caller, by name, each with the reason. */
export type Unusable = ReadonlyMap<string, string>;

/** What a caller's list leaves out. */
export interface View {
  readonly unusable: Unusable;
  /** False while the server has not said so yet: the next list may be another one. */
  readonly settled: boolean;
}

const nothing: Unusable = new Map();

/** The same without what the operator does not permit the caller. */
export function narrow(view: View | undefined, access: Access | undefined): View | undefined {
  if (access === undefined) return view;
  if (view === undefined) return { unusable: access.hidden, settled: true };
  return { unusable: new Map([...view.unusable, ...access.hidden]), settled: view.settled };
}

/**
 * What each caller's list leaves out. The server is asked once per caller, at the first list; what
 * it says holds from then on, so that a list does not change under its reader, until the server says
 * that it has changed. A list that was asked
 * for before the server has spoken leaves nothing out, and neither does one whose asking failed.
 */
export class ToolAvailability {
  readonly #server: Server;
  readonly #open: (principal: Principal) => unknown;
  readonly #errands: Errands;
  readonly #asked = new Map<string, Errand<Unusable>>();

  constructor(server: Server, open: (principal: Principal) => unknown, errands: Errands) {
    this.#server = server;
    this.#open = open;
    this.#errands = errands;
  }

  async of(principal: Principal): Promise<View> {
    const asked = remember(this.#asked, this.#keyOf(principal), cap, () =>
      this.#errands.start((signal) => this.#ask(principal, signal), nothing),
    );
    await asked.moment;
    const { outcome } = asked;
    return { unusable: outcome?.value ?? nothing, settled: outcome !== undefined };
  }

  /** The server is asked again, as it says something else now. */
  forget(principal: Principal): void {
    this.#asked.delete(this.#keyOf(principal));
  }

  #keyOf(principal: Principal): string {
    return this.#server.connectPer === "principal" ? principal.id : "";
  }

  async #ask(principal: Principal, signal: AbortSignal): Promise<Unusable> {
    // The call that needs what fails here will say so.
    const context = await this.#open(principal);
    return (await this.#server.findUnusableTools?.(context, signal)) ?? nothing;
  }
}
