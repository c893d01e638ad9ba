import type { Option, Surface } from "@fairlead/define";
import { commonOptions } from "@fairlead/define/start";
import { toClientsBlock, toConnectBlock } from "./clients.ts";
import type { Delivery } from "./config/endpoint.ts";
import type { Example } from "./examples.ts";
import { toDescription, toFacts, toValueName } from "./options.ts";
import { toCell, toCode, toTable } from "./text.ts";
import { toToolsBlock } from "./tools.ts";

/** The generated parts of a server's README, by the name of their marker. */
export type ReadmeBlocks = Readonly<Record<"connect" | "tools" | "options" | "clients", string>>;

/** What a README tells that does not follow from the surface. */
export interface ReadmeFacts extends Delivery {
  /** Calls to show under their tools. */
  readonly examples?: readonly Example[];
}

/** Renders the parts of a README that follow from definitions. */
export function toReadmeBlocks(surface: Surface, facts: ReadmeFacts = {}): ReadmeBlocks {
  return {
    connect: toConnectBlock(surface, facts),
    tools: toToolsBlock(surface, facts.examples ?? []),
    options: toOptions(surface),
    clients: toClientsBlock(surface, facts),
  };
}

function toOptions(surface: Surface): string {
  const head = ["Option", "Variable", "What it does"];
  const common = toTable(head, commonOptions.map(toOptionRow));
  if (surface.options.length === 0) {
    return `This server has no options of its own. Every server takes these:\n\n${common}`;
  }
  const own = toTable(head, surface.options.map(toOptionRow));
  return `${own}\n\nEvery server takes these as well:\n\n${common}`;
}

function toOptionRow(option: Option): string[] {
  const facts = toFacts(option).join(", ");
  const what = `${toDescription(option)}${facts === "" ? "" : ` (${facts})`}`;
  return [toCode(toUsage(option)), toCode(option.env), toCell(what)];
}

function toUsage(option: Option): string {
  if (option.type === "boolean") return option.flag;
  const value = toValueName(option);
  return option.positional === true ? value : `${option.flag} ${value}`;
}
