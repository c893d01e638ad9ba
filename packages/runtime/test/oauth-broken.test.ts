// What an issuer publishes may be broken. That is not the fault of a token, and it lets nobody in.
import { defineTool } from "@fairlead/define";
import { expect, onTestFinished, test } from "vitest";
import { createKey, startIssuer } from "./fixture/issuer.ts";
import { plain, serverOf } from "./fixture/make.ts";
import { protect } from "./fixture/protected.ts";

const server = serverOf([defineTool({ ...plain, name: "look", run: () => "seen" })]);

async function open() {
  const issuer = await startIssuer();
  const site = await protect(server, issuer);
  onTestFinished(() => {
    issuer.close();
    site.close();
  });
  const ask = (authorization: string) =>
    site.ask({ authorization }, "tools/call", { name: "look" });
  return { issuer, ask };
}

test("a token of a key that is not on its curve is answered with 503", async () => {
  const { issuer, ask } = await open();
  const two = await createKey("two");
  issuer.keys.push({ ...two, jwk: { ...two.jwk, x: "AA", y: "AA" } });
  expect((await ask(`Bearer ${await issuer.sign({}, {}, two)}`)).status).toBe(503);
});

test("a set of keys of another form is answered with 503", async () => {
  const { issuer, ask } = await open();
  const [key] = issuer.keys;
  issuer.keys.splice(0, 1, JSON.parse('{ "jwk": 1 }'));
  expect((await ask(`Bearer ${await issuer.sign({}, {}, key)}`)).status).toBe(503);
});

test("a scheme that is not OAuth's is told of no token that is wrong", async () => {
  const { ask } = await open();
  const { status, headers } = await ask("Basic YWRhOmxvdmVsYWNl");
  expect(status).toBe(401);
  expect(headers["www-authenticate"]).not.toContain("error=");
});
