import { PolicyFileError, toProblems } from "./problem.ts";
import { type PolicyFile, policySchema } from "./schema.ts";

/** Reads the text of a policy file; throws PolicyFileError. */
export type Parse = (text: string) => PolicyFile;

/** Gives the parser for a file name: JSON if the name ends in `.json`, else YAML, which is loaded then. */
export async function createParse(path: string): Promise<Parse> {
  const read = path.toLowerCase().endsWith(".json") ? readJson : await loadYaml();
  return (text) => {
    const checked = policySchema.safeParse(read(text), { reportInput: true });
    if (checked.success) return checked.data;
    throw new PolicyFileError(toProblems(checked.error.issues));
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PolicyFileError([`It is not JSON: ${toLine(error)}`]);
  }
}

async function loadYaml(): Promise<(text: string) => unknown> {
  const { load } = await import("js-yaml");
  return (text) => {
    try {
      return load(text);
    } catch (error) {
      throw new PolicyFileError([`It is not YAML: ${toLine(error)}`]);
    }
  };
}

/** The first line of the message. The lines after it show the content of the file. */
function toLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n", 1)[0] ?? "";
}
