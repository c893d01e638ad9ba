import { cleanPlainText } from "@fairlead/runtime/guard";
import type { Client } from "./client.ts";
import { SlackError } from "./errors.ts";

const freshMs = 15 * 60_000;

/** Handles of user groups, for mentions: all of them are asked for at once, and not again soon. */
export class Groups {
  readonly #client: Client;
  #known:
    | { readonly at: number; readonly handles: Promise<ReadonlyMap<string, string>> }
    | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** The handles behind ids; one that cannot be found out is left out. */
  async names(ids: Iterable<string>, signal: AbortSignal): Promise<Record<string, string>> {
    const wanted = [...new Set(ids)].filter((id) => id.startsWith("S"));
    if (wanted.length === 0) return {};
    if (this.#known === undefined || Date.now() - this.#known.at > freshMs) {
      const known = { at: Date.now(), handles: this.#ask(signal) };
      this.#known = known;
      // What failed or was cancelled is no answer for the next call.
      known.handles.catch(() => {
        if (this.#known === known) this.#known = undefined;
      });
    }
    const handles = await this.#known.handles;
    return Object.fromEntries(
      wanted.flatMap((id) => {
        const handle = handles.get(id);
        return handle === undefined ? [] : [[id, handle]];
      }),
    );
  }

  async #ask(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    try {
      const { usergroups = [] } = await this.#client.ask(signal, (api) =>
        api.usergroups.list({ include_count: false }),
      );
      return new Map(
        usergroups.flatMap(({ id, handle }) =>
          id && handle ? [[id, cleanPlainText(handle)] as const] : [],
        ),
      );
    } catch (error) {
      // Without the scope usergroups:read a mention shows the id.
      if (error instanceof SlackError) return new Map();
      throw error;
    }
  }
}
