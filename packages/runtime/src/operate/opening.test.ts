import { toSurface } from "@fairlead/define";
import { commonOptions } from "@fairlead/define/start";
import { expect, test } from "vitest";
import { serverOf } from "../../test/fixture/make.ts";
import { openOperations } from "./opening.ts";
import { OptionProblems } from "./option-problems.ts";

const log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
const oauth = commonOptions.filter(({ key }) => key.startsWith("oauth"));

test.each(oauth.map((option) => [option.flag, option] as const))(
  "%s alone is told that the issuer is missing, and opens no server to everybody",
  async (_, { key, type, many }) => {
    const value = type === "boolean" ? true : many ? ["x"] : "x";
    const opening = openOperations({
      surface: toSurface(serverOf([])),
      common: { [key]: value },
      ...{
        log,
        secrets: [],
        http: true,
        path: "/mcp",
        usage: () => ({ residentBytes: 1, cpuSeconds: 1 }),
      },
    });
    await expect(opening).rejects.toBeInstanceOf(OptionProblems);
  },
);

test("of no option nothing is opened", async () => {
  const { oauth: auth, middleware } = await openOperations({
    surface: toSurface(serverOf([])),
    common: {},
    ...{
      log,
      secrets: [],
      http: true,
      path: "/mcp",
      usage: () => ({ residentBytes: 1, cpuSeconds: 1 }),
    },
  });
  expect([auth, middleware]).toEqual([undefined, []]);
});
