import { toSurface } from "@fairlead/runtime";
import { toClientConfigs, toServerJson, toStdioEndpoint } from "@fairlead/runtime/render";
import { server as filesystem } from "@fairlead/server-filesystem";
import { server as gdrive } from "@fairlead/server-gdrive";
import { server as git } from "@fairlead/server-git";
import { server as github } from "@fairlead/server-github";
import { server as postgres } from "@fairlead/server-postgres";
import { server as puppeteer } from "@fairlead/server-puppeteer";
import { server as slack } from "@fairlead/server-slack";
import { describe, expect, test } from "vitest";

const surfaces = [filesystem, gdrive, git, github, postgres, puppeteer, slack].map(toSurface);
const secretsOf = (surface: (typeof surfaces)[number]) =>
  surface.options.filter(({ secret }) => secret === true).map(({ env }) => env);

/** How each client writes that a value is to be found elsewhere, or not to be had. */
const references: Readonly<Record<string, (variable: string) => readonly string[]>> = {
  "Claude Code": (variable) => [`"\${${variable}}"`, `"\${${variable}:-}"`],
  "Claude Desktop": (variable) => [`"<${variable}>"`, '""'],
  Cursor: (variable) => [`"\${env:${variable}}"`],
  "VS Code": (variable) => [`"\${input:${variable.toLowerCase()}}"`],
  Windsurf: (variable) => [`"\${env:${variable}}"`],
  Zed: (variable) => [`"<${variable}>"`, '""'],
  "Gemini CLI": (variable) => [`"$${variable}"`],
  opencode: (variable) => [`"{env:${variable}}"`],
};

test("the secrets are the known ones", () => {
  expect(surfaces.flatMap(secretsOf)).toEqual([
    "GIT_TOKEN",
    "GITHUB_PERSONAL_ACCESS_TOKEN",
    "DATABASE_URL",
    "SLACK_BOT_TOKEN",
    "SLACK_USER_TOKEN",
  ]);
});

describe.each(surfaces.map((surface) => [surface.name, surface] as const))(
  "%s",
  (name, surface) => {
    const secrets = secretsOf(surface);
    const configs = toClientConfigs(name, toStdioEndpoint(surface));

    test.each(configs.map((config) => [config.client, config] as const))(
      "the config of %s names every secret by reference, and says which is needed",
      (client, { text, note, command }) => {
        for (const variable of secrets) {
          if (client === "Codex") {
            expect(text).toMatch(new RegExp(`^env_vars = \\[.*"${variable}"`, "m"));
          } else {
            const [, value] = new RegExp(`"${variable}": ("[^"]*")`).exec(text) ?? [];
            expect(references[client]?.(variable)).toContain(value);
          }
          expect(note).toMatch(new RegExp(`\\b${variable}\\b.*\\((?:required|optional)\\)`));
          if (command !== undefined) expect(command).toContain(variable);
        }
        if (secrets.length === 0) expect(note).toBeUndefined();
      },
    );

    test("server.json has every variable once, and marks the secret ones", () => {
      const [npm] = toServerJson(surface).packages;
      const words = npm?.packageArguments?.map(({ valueHint }) => valueHint) ?? [];
      const named = surface.options.filter(({ key }) => !words.includes(key));
      const variables = npm?.environmentVariables ?? [];
      expect(variables.map((variable) => variable.name)).toEqual([
        ...named.map(({ env }) => env),
        "FAIRLEAD_READ_ONLY",
        "FAIRLEAD_TOOLSETS",
      ]);
      const marked = variables.filter(({ isSecret }) => isSecret === true);
      expect(marked.map((variable) => variable.name)).toEqual(secrets);
      for (const argument of npm?.packageArguments ?? []) expect(argument.isSecret).toBeUndefined();
    });
  },
);
