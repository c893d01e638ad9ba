import type { Surface } from "../../define/surface.ts";
import type { Extension, ExtensionMethod } from "../extension.ts";

const methods = ["skills/list", "skills/get", "resources/directory/read"];

/** What serves a server's skills to clients of 2026-07-28 (SEP-2640), if it has any. */
export function listSkillsExtension({ skills = [] }: Surface): readonly Extension[] {
  if (skills.length === 0) return [];
  const answer: ExtensionMethod = async (request) => {
    const { answerSkills } = await import("./skills.ts");
    return { members: answerSkills(request, skills) };
  };
  return [
    {
      capabilities: { extensions: { "io.modelcontextprotocol/skills": { directoryRead: true } } },
      era: "modern",
      methods: new Map(methods.map((name) => [name, answer])),
    },
  ];
}
