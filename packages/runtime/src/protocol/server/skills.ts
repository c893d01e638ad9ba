import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Skill, SkillFile } from "@fairlead/define";
import { toResource } from "../../call/answer/content.ts";
import type { Request } from "../envelope.ts";
import { errorCode, invalidParams, type Json, ProtocolError } from "../json-rpc.ts";
import { listTtlMs } from "./catalog.ts";

const cached = { ttlMs: listTtlMs, cacheScope: "public" };
const scheme = "skill://";

/** What a method of the extension answers; nothing here needs the server's code. */
export function answerSkills({ method, params, cursor }: Request, skills: readonly Skill[]): Json {
  if (cursor !== undefined) throw invalidParams("This list has one page.");
  if (method === "skills/list") return { skills, ...cached };
  const { uri } = params;
  if (typeof uri !== "string") throw invalidParams("uri is required (string).");
  if (method === "resources/directory/read") {
    return { resources: listDirectory(uri, skills), ...cached };
  }
  const skill = skills.find((one) => one.uri === uri);
  if (skill === undefined) throw invalidParams(`No skill is served at ${uri}`);
  return { skill, ...cached };
}

/** What is directly in a folder of a skill. */
function listDirectory(uri: string, skills: readonly Skill[]): readonly Json[] {
  const below = skills
    .flatMap(({ resources }) => resources)
    .filter((file) => file.uri.startsWith(`${uri}/`));
  // The top of all skills is not a folder of one.
  if (below.length === 0 || uri.length <= scheme.length) {
    throw invalidParams(`${uri} is not a directory resource`);
  }
  const children = Map.groupBy(below, (file) => file.uri.slice(uri.length + 1).split("/", 1)[0]);
  return [...children].map(([name, [file]]) => {
    const child = `${uri}/${name}`;
    return file?.uri === child
      ? { uri: child, name, mimeType: toMimeType(child), size: file.size }
      : { uri: child, name, mimeType: "inode/directory" };
  });
}

/**
 * The content of a skill's file, if there is such a file. What a client names is only looked up in the
 * list of the Surface, so no address leads out of the folder; and the file is sent only if it is the
 * one that was listed, since hosts refuse any other.
 */
export async function readSkillFile(
  uri: string,
  folder: URL | undefined,
  skills: readonly Skill[],
): Promise<Json | undefined> {
  const file = skills.flatMap(({ resources }) => resources).find((one) => one.uri === uri);
  if (file === undefined || folder === undefined) return undefined;
  const bytes = await readFile(new URL(uri.slice(scheme.length), folder));
  if (!isListed(bytes, file)) {
    const why = `${uri} is not what the list of skills says. Render the Surface of the server again.`;
    throw new ProtocolError(errorCode.internal, why);
  }
  return toResource(uri, toMimeType(uri), decode(bytes));
}

function isListed(bytes: Uint8Array, { digest, size }: SkillFile): boolean {
  const found = createHash("sha256").update(bytes).digest("hex");
  return bytes.length === size && digest === `sha256:${found}`;
}

/** As text where that loses nothing: clients hash what they get. */
function decode(bytes: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes;
  }
}

function toMimeType(uri: string): string | undefined {
  if (uri.endsWith(".md")) return "text/markdown";
  return uri.endsWith(".json") ? "application/json" : undefined;
}
