import type { z } from "zod";

/** Characters of a value in a message. */
const longest = 60;

/** What is wrong in a policy file: each problem in a sentence with path, value and what is expected. */
export class PolicyFileError extends SyntaxError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** A problem as a sentence: `rules[0].match.tenant: expected a text; put a number in quotes, not 5.` */
export function toProblem(path: readonly PropertyKey[], expected: string, value: unknown): string {
  const found = value === undefined ? "it is missing" : `found ${show(value)}`;
  return `${toPath(path)}: expected ${expected}; ${found}.`;
}

/** The problems that a schema found, whose messages say what is expected. */
export function toProblems(issues: readonly z.core.$ZodIssue[]): readonly string[] {
  return issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => toProblem(issue.path, issue.message, key))
      : [toProblem(issue.path, issue.message, issue.input)],
  );
}

function toPath(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`));
  return steps.join("").replace(/^\./, "") || "the file";
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
