import type { Surface } from "@fairlead/define";
import type { Extension, ExtensionMethod } from "../extension.ts";
import { errorCode, ProtocolError } from "../json-rpc.ts";

const methods = ["skills/list", "skills/get", "resources/directory/read"];

/** The methods of a server's skills (SEP-2640), if it has any. */
export function listSkillsExtension({ skills = [] }: Surface): readonly Extension[] {
  if (skills.length === 0) return [];
  const answer: ExtensionMethod = async (request) => {
    const { answerSkills } = await import("./skills.ts");
    return { members: answerSkills(request, skills) };
  };
  return [
    {
      capabilities: {},
      methods: new Map(methods.map((name) => [name, answer])),
      gate({ modern, method }) {
        if (modern) return;
        throw new ProtocolError(errorCode.methodNotFound, `Method not found: ${method}`);
      },
    },
  ];
}
