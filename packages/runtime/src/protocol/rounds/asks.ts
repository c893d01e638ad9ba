import { Seal } from "@fairlead/guard/seal";
import { MemoryStates } from "@fairlead/store";
import type { Asker } from "../../call/asker.ts";
import type { Call, CallFacts } from "../../call/call.ts";
import type { EndpointOptions } from "../options.ts";
import type { Catalog } from "../server/catalog.ts";
import { createLiveAsker } from "./live.ts";
import { createRoundAsker } from "./rounds.ts";

/** Makes what the calls of an endpoint ask their clients with; loaded at the first question. */
export class Asks {
  readonly #catalog: Catalog;
  readonly #seal: Seal;
  readonly #states: NonNullable<EndpointOptions["states"]>;

  constructor(
    catalog: Catalog,
    { stateKeys = [], states = new MemoryStates() }: Pick<EndpointOptions, "stateKeys" | "states">,
  ) {
    this.#catalog = catalog;
    this.#seal = new Seal(stateKeys);
    this.#states = states;
  }

  /** `putOff` moves the deadline of the call. */
  create(call: Call, facts: CallFacts, putOff: (byMs: number) => void): Asker | Promise<Asker> {
    if (!facts.modern) return createLiveAsker(call, facts, putOff);
    return createRoundAsker(call, facts, {
      seal: this.#seal,
      states: this.#states,
      server: this.#catalog.surface.name,
      reads: this.#isRead(facts),
    });
  }

  /** Prompts and resources change nothing; a tool may say that it does, for some arguments or all. */
  #isRead({ method, params }: CallFacts): boolean {
    if (method !== "tools/call") return true;
    const effect = this.#catalog.tools.get(String(params["name"]))?.surface.effect;
    return (typeof effect === "object" ? effect.most : effect) === "read";
  }
}
