import type { Client } from "@modelcontextprotocol/client";
import { SkillsClient } from "@modelcontextprotocol/client/ext/skills";

/** A skill as the official client has read it: every file, checked against the list. */
export interface ReadSkill {
  readonly name: string;
  readonly description: string;
  /** The texts of its files, by their address. */
  readonly files: Readonly<Record<string, string | undefined>>;
  /** What is in its folder. */
  readonly entries: readonly string[];
}

/** Lists the skills of a server and reads all of each. */
export async function readSkills(client: Client): Promise<readonly ReadSkill[]> {
  const official = new SkillsClient(client);
  const { skills } = await official.list();
  return Promise.all(
    skills.map(async (listed) => {
      const { skill } = await official.get(listed.uri);
      const { resources, frontmatter } = skill;
      const names = resources === "dynamic" ? [] : resources.map(({ uri }) => uri);
      const files = await Promise.all(names.map((uri) => official.read(listed, uri)));
      const folder = skill.uri.replace(/\/SKILL\.md$/, "");
      const { resources: entries } = await official.readDirectory(folder);
      return {
        name: frontmatter.name,
        description: frontmatter.description,
        files: Object.fromEntries(
          files.map(({ uri, text, verified }) => [uri, verified ? text : undefined]),
        ),
        entries: entries.map(({ name }) => name),
      };
    }),
  );
}
