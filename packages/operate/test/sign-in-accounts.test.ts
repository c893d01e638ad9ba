import { Seal } from "@fairlead/guard/seal";
import { MemoryStates, MemoryVault } from "@fairlead/store";
import { afterEach, expect, test, vi } from "vitest";
import { openAccounts, startTokens } from "./sign-in.fixture.ts";

const ada = "user:ada https://id.example.com acme";
const first = { access: "access-0", refresh: "refresh-0" };

afterEach(() => {
  vi.useRealTimers();
});

test("a token is used until a little before it expires, and then renewed once for all", async () => {
  const { url, requests } = await startTokens();
  const { accounts } = openAccounts(url);
  const now = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now });
  await accounts.keep(ada, { ...first, freshUntil: now + 1_000 });
  expect(await accounts.token(ada)).toBe("access-0");
  vi.setSystemTime(now + 1_001);
  const many = await Promise.all(Array.from({ length: 5 }, () => accounts.token(ada)));
  expect(many).toEqual(Array.from({ length: 5 }, () => "access-1"));
  expect(requests).toHaveLength(1);
  expect(requests[0]?.authorization).toBe(`Basic ${btoa("us:s%26cret")}`);
  // 3,600 seconds, less one minute.
  vi.setSystemTime(now + 1_001 + 3_539_000);
  expect(await accounts.token(ada)).toBe("access-1");
  vi.setSystemTime(now + 1_001 + 3_541_000);
  expect(await accounts.token(ada)).toBe("access-2");
  expect(requests[1]?.form.get("refresh_token")).toBe("refresh-1");
});

test("of several processes one renews, and the others use what it got", async () => {
  const { url, requests } = await startTokens();
  // In the middle of a turn.
  vi.useFakeTimers({ toFake: ["Date"], now: 1_000_005_000 });
  const shared = { vault: new MemoryVault(), turns: new MemoryStates() };
  const processes = Array.from({ length: 4 }, () => openAccounts(url, shared).accounts);
  await processes[0]?.keep(ada, { ...first, freshUntil: 1 });
  const tokens = await Promise.all(processes.map((each) => each.token(ada)));
  expect(tokens).toEqual(Array.from({ length: 4 }, () => "access-1"));
  expect(requests).toHaveLength(1);
});

test.each([
  ["invalid_grant", undefined],
  ["invalid_client", "refuses to renew the sign-in (invalid_client)"],
  ["temporarily_unavailable", "refuses to renew the sign-in (temporarily_unavailable)"],
])("%s ends a sign-in only if it says so", async (refusal, problem) => {
  const { url, settings } = await startTokens();
  const { accounts } = openAccounts(url);
  await accounts.keep(ada, { ...first, freshUntil: 1 });
  settings.refusal = refusal;
  if (problem === undefined) expect(await accounts.token(ada)).toBeUndefined();
  else await expect(accounts.token(ada)).rejects.toThrow(problem);
  settings.refusal = "";
  expect(await accounts.token(ada)).toBe(problem === undefined ? undefined : "access-2");
});

test("a service that cannot be reached ends no sign-in", async () => {
  const { accounts } = openAccounts("http://127.0.0.1:1/token");
  await accounts.keep(ada, { ...first, freshUntil: 1 });
  await expect(accounts.token(ada)).rejects.toThrow("Notes cannot be asked for a new token");
  await accounts.keep(ada, first);
  expect(await accounts.token(ada)).toBe("access-0");
});

test("renewed tokens that cannot be kept are used all the same, and the operator is told", async () => {
  const { url } = await startTokens();
  const vault = new MemoryVault();
  const { accounts, warnings } = openAccounts(url, { vault });
  await accounts.keep(ada, { ...first, freshUntil: 1 });
  vi.spyOn(vault, "set").mockImplementation(() => {
    throw new Error("ENOSPC");
  });
  expect(await accounts.token(ada)).toBe("access-1");
  expect(warnings).toEqual([expect.stringContaining("ENOSPC")]);
});

test("tokens open for their principal, their server and with their key alone", async () => {
  const { url } = await startTokens();
  const { accounts, vault } = openAccounts(url);
  await accounts.keep(ada, first);
  const sealed = await vault.get(`notes ${ada}`);
  expect(sealed).not.toContain("access-0");
  const grace = ada.replace("ada", "grace");
  await vault.set(`notes ${grace}`, String(sealed));
  await vault.set(`mails ${ada}`, String(sealed));
  expect(await accounts.token(grace)).toBeUndefined();
  expect(await openAccounts(url, { vault, server: "mails" }).accounts.token(ada)).toBeUndefined();
  const seal = new Seal(["another key of our tests that is long"]);
  expect(await openAccounts(url, { vault, seal }).accounts.token(ada)).toBeUndefined();
  expect(await openAccounts(url, { vault }).accounts.token(ada)).toBe("access-0");
});
