import type { Effect, WireTool } from "@fairlead/define";
import { RefusedCall } from "@fairlead/define/start";
import { revealText } from "@fairlead/guard/text";
import { z } from "zod";
import type { Asker } from "../asker.ts";
import { createAsking } from "./asking.ts";

/** To agree is all there is to fill in. */
const nothing = z.object({});
const maxArguments = 600;
/** Some clients say that they can ask and then answer by themselves, such as Claude Code with `-p`. */
const unseen =
  "If they saw no question, this client asks nobody, and calling again does not help, not with `confirm: true` either: tell the user to call the tool in an interactive session, or to have the server started with `--confirm never`, which runs such calls without a question.";

export interface Consent {
  readonly wire: WireTool;
  readonly effect: Effect;
  readonly args: unknown;
  redact(value: unknown): unknown;
}

/** Asks the person whether a call may run; throws RefusedCall where they do not agree. */
export async function askConsent(asker: Asker, consent: Consent): Promise<void> {
  const { name } = consent.wire;
  const { action } = await createAsking(asker, consent).elicit(
    nothing,
    toMessage(consent),
    "fairlead-confirm",
  );
  if (action === "accept") return;
  throw action === "decline"
    ? new RefusedCall(
        "user",
        `The call of ${name} was declined by the user, or by the client for them. Nothing was done.`,
        `Do not call it again with these arguments unless the user asks for it. ${unseen}`,
      )
    : new RefusedCall(
        "user",
        `The client cancelled the question whether ${name} may run. Nothing was done.`,
        `If the user closed the question, ask them before you call it again. ${unseen}`,
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
