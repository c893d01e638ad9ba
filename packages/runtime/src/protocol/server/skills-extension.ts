import type { Skill, Surface } from "@fairlead/define";
import type { AccessOf, FeatureAccess } from "@fairlead/operate/policy";
import type { Extension, ExtensionMethod } from "../extension.ts";
import { errorCode, ProtocolError } from "../json-rpc.ts";

const methods = ["skills/list", "skills/get", "resources/directory/read"];

/** The methods of a server's skills (SEP-2640), if it has any. */
export function listSkillsExtension(
  { skills = [] }: Surface,
  access?: AccessOf,
): readonly Extension[] {
  if (skills.length === 0) return [];
  const answer: ExtensionMethod = async (request) => {
    const { answerSkills } = await import("./skills.ts");
    const features = access?.(request.principal).features;
    if (features === undefined) return { members: answerSkills(request, skills) };
    const members = answerSkills(request, narrow(skills, features));
    const isCached = "cacheScope" in members;
    return { members: isCached ? { ...members, cacheScope: "private" } : members };
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

/** The skills whose files a caller may read, each with those files alone. */
function narrow(skills: readonly Skill[], features: FeatureAccess): readonly Skill[] {
  return skills
    .filter(({ uri }) => features.resource(uri) === undefined)
    .map((skill) => ({
      ...skill,
      resources: skill.resources.filter(({ uri }) => features.resource(uri) === undefined),
    }));
}
