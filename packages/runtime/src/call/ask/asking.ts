import type { Asking, AskKind, Root, SampleBlock, SampleMessage } from "@fairlead/define";
import { ToolError } from "@fairlead/define/start";
import { isRecord } from "@fairlead/guard/record";
import type { Asker, Question } from "../asker.ts";
import { readContent, toForm } from "./form.ts";

type Json = { readonly [key: string]: unknown };

interface AskingRules {
  /** Takes secrets out of what is asked. */
  redact(value: unknown): unknown;
}

const kinds: Readonly<Record<AskKind, { readonly what: string; readonly capability: string }>> = {
  form: { what: "a form", capability: "elicitation" },
  url: { what: "an address to open", capability: "elicitation.url" },
  sampling: { what: "its model", capability: "sampling" },
  roots: { what: "its roots", capability: "roots" },
};

/** What a tool asks, made into requests to the client, and the client's results into answers. */
export function createAsking(asker: Asker, { redact }: AskingRules): Omit<Asking, "can" | "once"> {
  const ask = (kind: AskKind, { params, ...question }: Question): Promise<Json> => {
    assertAskable(asker, kind);
    const clean = redact(params);
    return asker.ask({ ...question, params: isRecord(clean) ? clean : params });
  };
  return {
    elicit(schema, message, name) {
      const params = { message, requestedSchema: toForm(schema) };
      // Not awaited: a round ends with a rejection, and in an async function that is a throw.
      return ask("form", { method: "elicitation/create", params, name }).then((answer) => {
        const action = toAction(answer, message);
        if (action !== "accept") return { action };
        const read = readContent(schema, answer["content"] ?? {});
        if ("value" in read) return { action, content: read.value };
        throw new ToolError(
          `The answer to "${message}" does not fit: ${read.problems.join("; ")}`,
          "Call the tool again to ask once more.",
        );
      });
    },
    async elicitUrl(url, message, name) {
      const { href, protocol } = new URL(url);
      if (protocol !== "https:" && protocol !== "http:") {
        throw new TypeError(`A person can be asked to open http and https, not ${url}.`);
      }
      const params = { mode: "url", url: href, message };
      const answer = await ask("url", { method: "elicitation/create", params, name });
      return { action: toAction(answer, message) };
    },
    async sample({ messages, ...rest }, name) {
      const params = { messages: messages.map(toMessage), ...rest };
      const answer = await ask("sampling", { method: "sampling/createMessage", params, name });
      const { content, model, stopReason } = answer;
      const blocks = (Array.isArray(content) ? content : [content]).filter(isBlock);
      const texts = blocks.flatMap(({ text }) => (typeof text === "string" ? [text] : []));
      if (blocks.length === 0) throw new ToolError("The client's model gave no content.");
      return {
        text: texts.join("\n"),
        content: blocks,
        model: String(model),
        ...(typeof stopReason === "string" && { stopReason }),
      };
    },
    async roots(name) {
      const { roots } = await ask("roots", { method: "roots/list", params: {}, name });
      if (!Array.isArray(roots)) throw new ToolError("The client gave no list of roots.");
      return roots.filter(isRoot);
    },
  };
}

/** Throws a ToolError for a client that did not declare that it can be asked. */
function assertAskable(asker: Asker, kind: AskKind): void {
  if (asker.can(kind)) return;
  const { what, capability } = kinds[kind];
  throw new ToolError(
    `This client cannot be asked for ${what}: it does not declare ${capability}, or has no stream to be asked on.`,
    "Ask the user yourself, and pass the answer as an argument if the tool has one for it.",
  );
}

function toAction(answer: Json, message: string): "accept" | "decline" | "cancel" {
  const { action } = answer;
  if (action === "accept" || action === "decline" || action === "cancel") return action;
  throw new ToolError(
    `The client answered "${message}" without saying accept, decline or cancel.`,
    "Ask the user yourself.",
  );
}

function toMessage({ role, content }: SampleMessage): Json {
  return { role, content: typeof content === "string" ? { type: "text", text: content } : content };
}

function isBlock(value: unknown): value is SampleBlock {
  return isRecord(value) && typeof value["type"] === "string";
}

function isRoot(value: unknown): value is Root {
  return isRecord(value) && typeof value["uri"] === "string";
}
