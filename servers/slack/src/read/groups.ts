import { cleanPlainText } from "@fairlead/guard";
import type { Client } from "../api/client.ts";
import { SlackError } from "../errors.ts";

const freshMs = 15 * 60_000;
/** How long Slack may take to answer for everybody who waits. */
const askMs = 60_000;

type Handles = ReadonlyMap<string, string>;

/** Handles of user groups, for mentions: all of them are asked for at once, and not again soon. */
export class Groups {
  readonly #client: Client;
  #known: { readonly at: number; readonly handles: Promise<Handles> } | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** The handles behind ids; one that cannot be found out is left out. */
  async names(ids: Iterable<string>, signal: AbortSignal): Promise<Handles> {
    const wanted = [...new Set(ids)].filter((id) => id.startsWith("S"));
    if (wanted.length === 0) return new Map();
    if (this.#known === undefined || performance.now() - this.#known.at > freshMs) {
      const known = { at: performance.now(), handles: this.#ask() };
      this.#known = known;
      // A failure is not kept: the next call asks again.
      known.handles.catch(() => {
        if (this.#known === known) this.#known = undefined;
      });
    }
    // A name is a courtesy: the answer it belongs to must not fail for it, and shows the id.
    const shared = this.#known.handles.catch((): Handles => new Map());
    const handles = await waitFor(shared, signal);
    return new Map([...handles].filter(([id]) => wanted.includes(id)));
  }

  /** By no caller's signal, for others may wait for the same answer. */
  async #ask(): Promise<Handles> {
    try {
      const { usergroups = [] } = await this.#client.ask(AbortSignal.timeout(askMs), (api) =>
        api.usergroups.list({ include_count: false }),
      );
      return new Map(
        usergroups.flatMap(({ id, handle }) =>
          id && handle ? [[id, cleanPlainText(handle)] as const] : [],
        ),
      );
    } catch (error) {
      // Without the scope usergroups:read there is nothing to be had, now or soon.
      if (error instanceof SlackError && error.code === "missing_scope") return new Map();
      throw error;
    }
  }
}

/** What several wait for, for one of them, who may go without ending it for the others. */
async function waitFor<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: gone, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([shared, gone]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
