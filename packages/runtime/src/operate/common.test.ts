import { expect, test } from "vitest";
import { findStateKeyProblems, toAddress, toSecrets, toSessions } from "./common.ts";

test.for([
  ["3000", { host: "127.0.0.1", port: 3000 }],
  ["0", { host: "127.0.0.1", port: 0 }],
  ["localhost:3000", { host: "localhost", port: 3000 }],
  ["0.0.0.0:80", { host: "0.0.0.0", port: 80 }],
  ["[::1]:3000", { host: "::1", port: 3000 }],
] as const)("--http %s", ([http, address]) => {
  expect(toAddress({ http })).toEqual({ http: address, problems: [] });
});

test.for([
  "",
  ":3000",
  "localhost",
  "localhost:",
  "65536",
  "::1:3000",
  "[]:1",
  "a:b:1",
  "1 ",
  "-1",
])("--http %j is refused", (http) => {
  expect(toAddress({ http })).toEqual({ problems: [expect.stringContaining("[host:]port")] });
});

test("stdio without it", () => {
  expect(toAddress({})).toEqual({ problems: [] });
});

test("secrets are the values of secret options, one by one", () => {
  const option = (key: string, { secret }: { readonly secret: boolean }) => ({
    key,
    flag: `--${key}`,
    env: key,
    description: key,
    type: "string" as const,
    secret,
  });
  const options = [
    option("token", { secret: true }),
    option("keys", { secret: true }),
    option("name", { secret: false }),
  ];
  expect(toSecrets(options, { token: 1234, keys: ["a", "b"], name: "n" })).toEqual([
    "1234",
    "a",
    "b",
  ]);
});

test("the password in a secret URL is a secret of its own, as it is written and as it is meant", () => {
  const option = { key: "url", flag: "--url", env: "URL", description: "", secret: true } as const;
  const of = (url: string) => toSecrets([{ ...option, type: "string" }], { url });
  const url = "redis://ann:p%40ss-of-the-cache@cache:6379";
  expect(of(url)).toEqual([url, "p%40ss-of-the-cache", "p@ss-of-the-cache"]);
  expect(of("redis://:100%-of-the-cache@cache")).toHaveLength(2);
  expect(of("redis://:redis@cache")).toEqual(["redis://:redis@cache"]);
  expect(of("not-a-url")).toEqual(["not-a-url"]);
});

test("--state-keys are long, and no problem shows one", () => {
  const long = "k".repeat(32);
  expect(findStateKeyProblems({})).toEqual([]);
  expect(findStateKeyProblems({ stateKeys: [long, long] })).toEqual([]);
  const [problem = "", ...others] = findStateKeyProblems({ stateKeys: [long, "short-secret"] });
  expect([problem, others]).toEqual([expect.stringContaining("32 characters"), []]);
  expect(problem).not.toContain("short-secret");
});

test("sessions last as long as is said, and 0 minutes are none", () => {
  const common = { sessionMinutes: 30, maxSessions: 1_000, maxStreamSeconds: 50 };
  expect(toSessions(common)).toEqual({ idleMs: 1_800_000, max: 1_000, maxStreamMs: 50_000 });
  expect(toSessions({ ...common, sessionMinutes: 0 })).toBe(false);
});
