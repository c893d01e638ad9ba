// What a clock that is set back means for tokens: no outage and no decision lasts longer for it.
import { defineTool } from "@fairlead/define";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { from, type Issuer, resource, startIssuer } from "./fixture/issuer.ts";
import { plain, serverOf } from "./fixture/make.ts";
import { type Protected, protect } from "./fixture/protected.ts";

const server = serverOf([defineTool({ ...plain, name: "look", run: () => "seen" })]);

afterEach(() => {
  vi.useRealTimers();
});

async function open(common: (issuer: Issuer) => object, down?: number) {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  const issuer = await startIssuer();
  onTestFinished(() => issuer.close());
  issuer.down = down;
  const site = await protect(server, issuer, { ...common(issuer) });
  onTestFinished(() => site.close());
  return { issuer, site };
}

/** A minute passes, in which the clock is set back by so many. */
const setBack = (minutes: number) => {
  vi.advanceTimersByTime(60_001);
  vi.setSystemTime(Date.now() - (minutes + 1) * 60_000);
};

const ask = async (site: Protected, token: string) =>
  (await site.ask({ authorization: `Bearer ${token}` }, "tools/call", { name: "look" })).status;

/** Metadata that cannot be had, or keys that cannot be had where the operator says where they are. */
test.each([
  ["metadata", () => ({})],
  ["keys", ({ url }: Issuer) => ({ oauthJwksUrl: `${url}/jwks` })],
])("an outage of the %s ends with the outage", async (_, common) => {
  const { issuer, site } = await open(common, 500);
  expect(await ask(site, await issuer.sign())).toBe(503);
  issuer.down = undefined;
  setBack(60);
  expect(await ask(site, await issuer.sign())).toBe(200);
});

test("a token that was accepted, or refused, is asked about again", async () => {
  const { issuer, site } = await open(({ url }) => ({
    oauthIntrospectionUrl: `${url}/introspect`,
    ...{ oauthIntrospectionId: "mcp", oauthIntrospectionSecret: "secret" },
  }));
  const claims = { active: true, aud: resource, sub: "ada", scope: "mcp:read" };
  issuer.known.set("revoked", { ...claims, exp: from(3_600) });
  expect(await ask(site, "revoked")).toBe(200);
  expect(await ask(site, "granted")).toBe(401);
  issuer.known.delete("revoked");
  issuer.known.set("granted", { ...claims, exp: from(3_600) });
  setBack(60);
  expect(await ask(site, "revoked")).toBe(401);
  expect(await ask(site, "granted")).toBe(200);
});

test("an outage is told of again", async () => {
  const { issuer, site } = await open(() => ({}), 500);
  const told = () =>
    site.warnings.filter((text) => text.startsWith("Access tokens cannot be checked")).length;
  expect(await ask(site, await issuer.sign())).toBe(503);
  const before = told();
  setBack(60);
  expect(await ask(site, await issuer.sign())).toBe(503);
  expect(told()).toBe(before + 1);
});
