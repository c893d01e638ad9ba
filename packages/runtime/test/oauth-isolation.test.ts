import { toSurface } from "@fairlead/define";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openOperations } from "../src/operate/opening.ts";
import { type HttpDoor, openHttp } from "./fixture/doors.ts";
import {
  type Handles,
  listCursors,
  listenings,
  server,
  sessions,
  states,
  taskCursors,
  tasks,
  toolCursors,
} from "./fixture/handles.ts";
import { type Issuer, resource, startIssuer } from "./fixture/issuer.ts";

const kinds: Readonly<Record<string, (door: HttpDoor) => Handles>> = {
  "a session": sessions,
  "a subscription": listenings,
  "the cursor of a list": listCursors,
  "the cursor of a tool": toolCursors,
  "the cursor of tasks": taskCursors,
  "a requestState": (door) => states(door, "pay"),
  "a task of 2026-07-28": (door) => tasks(door, "modern"),
  "a task of 2025-11-25": (door) => tasks(door, "legacy"),
};

let issuer: Issuer;
let other: Issuer;
beforeAll(async () => {
  [issuer, other] = await Promise.all([startIssuer(), startIssuer()]);
});
afterAll(() => {
  for (const each of [issuer, other]) each.close();
});

/** Who is as like Ada as can be, and is not her. */
const others = {
  "the same subject of another issuer": () => other.sign({ ...scope, org_id: "acme" }),
  "the same subject in a tenant of another spelling": () =>
    issuer.sign({ ...scope, org_id: "Acme" }),
  "a subject whose name holds a tenant": () =>
    issuer.sign({ ...scope, sub: `ada ${issuer.url} acme`, org_id: "x" }),
  "the same subject through another program": () =>
    issuer.sign({ ...scope, org_id: "acme", client_id: "other" }),
  "a machine of the same name": () => issuer.sign({ ...scope, org_id: "acme", client_id: "ada" }),
} as const;
const scope = { scope: "mcp:write" };

async function open(bob: string): Promise<HttpDoor> {
  const log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
  const { oauth } = await openOperations({
    surface: toSurface(server),
    common: {
      oauthIssuer: [issuer.url, other.url],
      oauthResource: resource,
      oauthTenantClaim: "org_id",
    },
    ...{
      log,
      secrets: [],
      http: true,
      path: "/mcp",
      usage: () => ({ residentBytes: 1, cpuSeconds: 1 }),
    },
  });
  if (oauth === undefined) throw new Error("Nothing asks for OAuth.");
  const { authenticate, authorize } = oauth.server;
  return openHttp(server, {
    access: { authenticate, authorize },
    ada: encodeURIComponent(`user:ada ${issuer.url} acme`),
    tokens: { ada: await issuer.sign({ ...scope, org_id: "acme" }), bob },
  });
}

async function assertStrange(bob: string, toHandles: (door: HttpDoor) => Handles) {
  const door = await open(bob);
  const { give, use, works, unknown, lives = () => true } = toHandles(door);
  const handle = await give();
  const answer = await use("bob", handle);
  expect(answer).not.toMatch(works);
  expect(answer).toBe(await use("bob", unknown(handle)));
  expect(lives()).toBe(true);
  expect(await use("ada", handle)).toMatch(works);
}

describe("A11: what a principal was given is as what never was", () => {
  test.for(Object.entries(kinds))("to the same subject in another tenant: %s", async ([, kind]) => {
    await assertStrange(await issuer.sign({ ...scope, org_id: "umbrella" }), kind);
  });

  test.for(Object.entries(others))("to %s", async ([, sign]) => {
    await assertStrange(await sign(), sessions);
  });
});

test("a token without a tenant is refused where tenants are told apart", async () => {
  const door = await open(await issuer.sign(scope));
  expect(await door.ask("bob", "modern", "tools/list", {})).toMatch(/^401 .*names no tenant/);
  const numbered = await open(await issuer.sign({ ...scope, org_id: 7 }));
  expect(await numbered.ask("bob", "modern", "tools/list", {})).toMatch(/^401 .*names no tenant/);
});
