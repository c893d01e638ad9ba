import type { Option } from "@fairlead/define";

/** What stands for an option's value in help and tables. */
export function toValueName(option: Option): string {
  if (option.choices !== undefined) return option.choices.join("|");
  const own = valueNames[option.key];
  if (own !== undefined) return own;
  if (option.kind === "directory") return "DIR";
  if (option.kind !== undefined) return option.kind.toUpperCase();
  return option.type === "string" ? "VALUE" : "N";
}

const valueNames: Readonly<Record<string, string>> = {
  http: "[HOST:]PORT",
  toolsets: "NAME",
  tools: "NAME",
  excludeTools: "NAME",
};

/** What is worth knowing of an option besides its description: need, repetition, bounds, default. */
export function toFacts(option: Option): string[] {
  const { required, many, minimum, maximum, default: value } = option;
  const facts: string[] = [];
  if (required === true) facts.push("required");
  // A path may hold a comma, so only other values can share one flag.
  if (many === true) facts.push(isPath(option) ? "repeatable" : "comma-separated");
  if (minimum !== undefined && minimum > 0) facts.push(`at least ${minimum}`);
  if (maximum !== undefined) facts.push(`at most ${maximum}`);
  if (!isNothing(value)) facts.push(`default ${toText(value)}`);
  return facts;
}

function isPath({ kind }: Option): boolean {
  return kind === "directory" || kind === "file";
}

/** The description, with a full stop. */
export function toDescription({ description }: Option): string {
  return description === "" || /[.!?]$/.test(description) ? description : `${description}.`;
}

/** Defaults that say no more than the option's absence does. */
function isNothing(value: unknown): boolean {
  return (
    value === undefined ||
    value === false ||
    value === "" ||
    (Array.isArray(value) && !value.length)
  );
}

function toText(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(", ") : String(value);
}
