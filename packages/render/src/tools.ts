import type { Surface, SurfaceTool, SurfaceToolset } from "@fairlead/define";
import { withConfirm } from "@fairlead/define/start";
import type { Example } from "./examples.ts";
import { toParameterList } from "./parameters.ts";
import { toCode, toFence, toInline, toMarkup, toSentences } from "./text.ts";
import { isListed, toDefaultTools, toEffect, toTokens } from "./tool-facts.ts";

/**
 * Characters that the parameters and examples of all tools may take: npm shows the first 64 KB of a
 * README, and a document can make hundreds of tools.
 */
const maxDetails = 30_000;

/** The tools by toolset: one line for each, which unfolds to its parameters and an example. */
export function toToolsBlock(surface: Surface, examples: readonly Example[]): string {
  const listed = toDefaultTools(surface);
  const total = `${count(listed.length, "tool")} in the default list, about ${toTokens(listed)} tokens. Open a tool to see its parameters${examples.length > 0 ? " and, for many, an example" : ""}.`;
  const room = { left: maxDetails };
  const toolsets = surface.toolsets.flatMap((toolset) => toToolset(toolset, examples, room));
  const rest =
    room.left > 0
      ? []
      : ["The tools that do not unfold are described in full in `surface.json`, in this folder."];
  return [total, ...toolsets, ...rest, ...toLegacy(surface)].join("\n\n");
}

interface Room {
  left: number;
}

function toToolset(toolset: SurfaceToolset, examples: readonly Example[], room: Room): string[] {
  const tools = toolset.tools.filter(isListed);
  if (tools.length === 0) return [];
  const optional = toolset.optional === true ? ", off until asked for with `--toolsets`" : "";
  const head = `**${toolset.title ?? toolset.name}** (\`${toolset.name}\`${optional}): ${toInline(toolset.description)}`;
  return [head, ...tools.map((tool) => toTool(tool, examples, room))];
}

function toTool(tool: SurfaceTool, examples: readonly Example[], room: Room): string {
  const effect = toEffect(tool);
  const { name, description } = tool.wire;
  // Unless the operator says otherwise, calls that destroy need the user's agreement.
  const { inputSchema } = effect.most === "destroy" ? withConfirm(tool.wire) : tool.wire;
  const { first, rest } = toSentences(description);
  const facts = `${effect.label}, ${toTokens([tool])} tokens`;
  const details = [
    toInline(rest),
    toParameterList(inputSchema) || "It takes no parameters.",
    toAliases(tool),
    toTaskNote(tool),
    ...examples.filter((example) => example.tool === name).map(toExample),
  ].filter((part) => part !== "");
  const text = details.join("\n\n");
  room.left -= text.length;
  if (room.left <= 0) return `- ${toCode(name)} (${facts}): ${toInline(first)}`;
  const summary = `<code>${toMarkup(name)}</code> (${facts}): ${toMarkup(first)}`;
  return `<details><summary>${summary}</summary>\n\n${text}\n\n</details>`;
}

function toAliases({ aliases = [] }: SurfaceTool): string {
  return aliases.length === 0 ? "" : `Also answers to ${aliases.map(toCode).join(", ")}.`;
}

function toTaskNote({ task }: SurfaceTool): string {
  if (task === undefined) return "";
  return task === "required" ? "It runs as a task only." : "It can run as a task.";
}

function toExample({ arguments: given, answer }: Example): string {
  const whole = JSON.stringify(given);
  const shown = whole.length > 80 ? JSON.stringify(given, null, 2) : whole;
  return [
    "Example arguments:",
    toFence("json", shown),
    "Answer:",
    toFence("text", answer.join("\n").trimEnd()),
  ].join("\n\n");
}

function toLegacy(surface: Surface): string[] {
  const names = surface.toolsets
    .flatMap(({ tools }) => tools)
    .filter((tool) => !isListed(tool))
    .map(({ wire }) => toCode(wire.name));
  if (names.length === 0) return [];
  return [`Superseded but still answered, and listed with \`--legacy\`: ${names.join(", ")}.`];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
