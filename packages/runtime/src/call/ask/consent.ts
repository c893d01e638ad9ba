import type { Effect, WireTool } from "@fairlead/define";
import { ToolError } from "@fairlead/define/start";
import { revealText } from "@fairlead/guard/text";
import { z } from "zod";
import type { Asker } from "../asker.ts";
import { createAsking } from "./asking.ts";

/** To agree is all there is to fill in. */
const nothing = z.object({});
const maxArguments = 600;

export interface Consent {
  readonly wire: WireTool;
  readonly effect: Effect;
  readonly args: unknown;
  redact(value: unknown): unknown;
}

/** Asks the person whether a call may run; throws ToolError where they do not agree. */
export async function askConsent(asker: Asker, consent: Consent): Promise<void> {
  const { name } = consent.wire;
  const { action } = await createAsking(asker, consent).elicit(
    nothing,
    toMessage(consent),
    "fairlead-confirm",
  );
  if (action === "accept") return;
  throw action === "decline"
    ? new ToolError(
        `The user was asked and declined this call of ${name}. Nothing was done.`,
        "Do not call it again with these arguments unless the user asks for it.",
      )
    : new ToolError(
        `The user was asked about this call of ${name} and did not answer. Nothing was done.`,
        "Ask them before you try it again.",
      );
}

/** Everything that is decided about, and nothing that could pass for another line of it. */
function toMessage({ wire, effect, args }: Consent): string {
  const what = effect === "destroy" ? "This cannot be undone." : "This changes data.";
  const given = revealText(JSON.stringify(args) ?? "");
  const shown =
    given.length > maxArguments
      ? `${given.slice(0, maxArguments)}... (${given.length} characters)`
      : given;
  const [does = ""] = /^.*?[.!?](?=\s+[A-Z]|$)/s.exec(wire.description) ?? [wire.description];
  return `${wire.title}: ${does}\n${what} Do you agree?\nArguments: ${shown}`;
}
