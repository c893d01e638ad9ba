import type { Option, Surface, SurfaceToolset } from "@fairlead/define";
import { commonOptions } from "@fairlead/define/start";
import { toDescription, toFacts, toValueName } from "./options.ts";
import { wrap } from "./text.ts";
import { isListed } from "./tool-facts.ts";

const width = 92;
const column = 28;

/** What `--help` prints. */
export function toHelp(surface: Surface): string {
  const { name, version, description, command = name } = surface.package;
  const words = surface.options.filter((option) => option.positional === true).map(toWords);
  const secrets = surface.options.some(({ secret }) => secret === true);
  const commands = [
    ...(surface.commands ?? []),
    { name: "surface", description: "Print everything the server declares, as JSON." },
  ];
  const sections = [
    [`${command} ${version}`, ...wrap(description, width)],
    [
      `Usage: ${[command, "[options]", ...words].join(" ")}`,
      ...commands.map((entry) => `       ${command} ${entry.name}`),
    ],
    section("Options", surface.options.flatMap(toLines)),
    section("Options every server takes", [
      ...commonOptions.flatMap(toLines),
      ...entry("--help", "Print this text."),
      ...entry("--version", "Print the version."),
    ]),
    section("Toolsets", surface.toolsets.flatMap(toToolset)),
    section(
      "Commands",
      commands.flatMap((own) => entry(own.name, own.description)),
    ),
    wrap(
      "The name in brackets is the environment variable of the option. A flag wins over the " +
        "variable, and the variable over the file given with --config." +
        (secrets ? " A secret can also be given in a file that <variable>_FILE names." : ""),
      width,
    ),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function toLines(option: Option): string[] {
  const facts = [option.env, ...toFacts(option)].join(", ");
  const head = option.positional === true ? toWords(option) : toFlag(option);
  return entry(head, toDescription(option), `[${facts}]`);
}

function toFlag(option: Option): string {
  return option.type === "boolean" ? option.flag : `${option.flag} ${toValueName(option)}`;
}

/** A positional option as the usage line shows it. */
function toWords(option: Option): string {
  const words = `${toValueName(option)}${option.many === true ? "..." : ""}`;
  return option.required === true ? words : `[${words}]`;
}

function toToolset(toolset: SurfaceToolset): string[] {
  const tools = toolset.tools.filter(isListed).map(({ wire }) => wire.name);
  const head = toolset.optional === true ? `${toolset.name} (optional)` : toolset.name;
  return [
    ...entry(head, toolset.description),
    ...wrap(tools.join(", "), width - column).map((line) => `${" ".repeat(column)}${line}`),
  ];
}

/** Two columns; a head too long for the first gets a line of its own, a tail is not broken. */
function entry(head: string, text: string, tail = ""): string[] {
  const room = width - column;
  const lines = wrap(text, room);
  const last = `${lines.at(-1) ?? ""} ${tail}`.trim();
  const body =
    last.length <= room ? [...lines.slice(0, -1), last] : [...lines, ...wrap(tail, room)];
  const indented = body.map((line) => `${" ".repeat(column)}${line}`);
  const start = `  ${head}`;
  if (start.length + 2 > column) return [start, ...indented];
  const [first = "", ...rest] = indented;
  return [`${start.padEnd(column)}${first.trimStart()}`, ...rest];
}
