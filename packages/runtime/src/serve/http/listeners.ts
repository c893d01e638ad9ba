import type { ServerResponse } from "node:http";
import type { Principal } from "@fairlead/define";
import type { Authenticate } from "@fairlead/operate/auth";
import type { Traffic } from "@fairlead/operate/telemetry";
import { toClaim } from "./claim.ts";
import { toVisit } from "./routes.ts";

/** Milliseconds in which who is not let in any more may still hear something. */
const lookMs = 15_000;

/** Answers that stay open for as long as their clients like, and are hung up on once these may not call. */
export class Listeners {
  readonly #authenticate: Authenticate | undefined;
  readonly #open = new Map<ServerResponse, Principal>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  readonly #traffic: readonly Partial<Traffic>[];

  constructor(authenticate: Authenticate | undefined, traffic: readonly Partial<Traffic>[] = []) {
    this.#authenticate = authenticate;
    this.#traffic = traffic;
  }

  add(response: ServerResponse, principal: Principal): void {
    for (const each of this.#traffic) {
      const ended = each.stream?.();
      if (ended !== undefined) response.once("close", ended);
    }
    const authenticate = this.#authenticate;
    if (authenticate === undefined) return;
    this.#open.set(response, principal);
    this.#timer ??= setInterval(() => void this.#look(authenticate), lookMs).unref();
  }

  async #look(authenticate: Authenticate): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    for (const [response, principal] of this.#open) {
      const isOver = response.destroyed || response.writableEnded;
      if (!isOver && (await isStill(principal, response, authenticate))) continue;
      this.#open.delete(response);
      if (!isOver) response.destroy();
    }
    this.#looking = false;
    if (this.#open.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

async function isStill(
  { id, client }: Principal,
  response: ServerResponse,
  authenticate: Authenticate,
): Promise<boolean> {
  const claim = toClaim(toVisit(response.req, response), { standing: true });
  try {
    const found = await authenticate(claim);
    return "id" in found && found.id === id && found.client === client;
  } catch {
    // Nobody can say now, and the next request is told so.
    return true;
  }
}
