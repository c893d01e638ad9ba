import type { AskKind, ClientCapabilities } from "@fairlead/define";
import { isRecord } from "@fairlead/guard/record";

/** What decides whether a call can ask its client. */
interface Asked {
  readonly revision: string;
  readonly modern: boolean;
  readonly method: string;
  readonly clientCapabilities: ClientCapabilities;
  readonly ask: unknown;
}

/** The requests that may be answered with questions (2026-07-28 basic/patterns/mrtr, "Supported Requests"). */
const asking: readonly string[] = ["tools/call", "prompts/get", "resources/read"];

const since: Readonly<Record<AskKind, string>> = {
  form: "2025-06-18",
  url: "2025-11-25",
  sampling: "2024-11-05",
  roots: "2024-11-05",
};

/** Whether the client of a call declared that it can be asked this, and there is a way to ask it. */
export function canAsk(
  { revision, modern, method, clientCapabilities, ask }: Asked,
  kind: AskKind,
): boolean {
  if (revision < since[kind]) return false;
  if (modern ? !asking.includes(method) : ask === undefined) return false;
  const { elicitation, sampling, roots } = clientCapabilities;
  if (kind === "sampling") return isRecord(sampling);
  if (kind === "roots") return isRecord(roots);
  if (!isRecord(elicitation)) return false;
  // An empty capability stands for forms, which came first (client/elicitation, "Capabilities").
  return kind in elicitation || (kind === "form" && !("url" in elicitation));
}
