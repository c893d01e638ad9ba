import { expect, test } from "vitest";
import { createClient, createWorld, eveToken, myToken } from "./support/world.ts";

// Whose words lockdown shows, and what "internal" is: each verdict has a test that turns red without it.

const hello = { owner: "octocat", repo: "hello" };
const secret = { owner: "octocat", repo: "secret" };

test.each([
  ["admin", "COLLABORATOR", true],
  ["maintain", "MEMBER", true],
  ["write", "COLLABORATOR", true],
  ["write", "MEMBER", true],
  ["triage", "COLLABORATOR", false],
  ["read", "COLLABORATOR", false],
  ["read", "MEMBER", false],
  ["none", "MEMBER", false],
  [403, "COLLABORATOR", false],
  [404, "MEMBER", false],
  ["not asked", "OWNER", true],
  ["not asked", "CONTRIBUTOR", false],
  ["not asked", "FIRST_TIME_CONTRIBUTOR", false],
  ["not asked", "NONE", false],
  ["not asked", null, false],
] as const)(
  "lockdown, permission %s of a %s: shown is %s",
  async (permission, association, shown) => {
    const { fake } = await createWorld();
    const issue = await fake.as(eveToken, "POST", "/repos/octocat/hello/issues", {
      title: "From eve",
      body: "b",
    });
    fake.intercept(({ url, method }) => {
      if (url.pathname.endsWith("/collaborators/eve/permission")) {
        const status = typeof permission === "number" ? permission : 200;
        return { status, body: JSON.stringify({ permission, message: "x" }) };
      }
      if (method !== "GET" || !url.pathname.endsWith("/issues/4")) return undefined;
      return {
        status: 200,
        body: JSON.stringify({ ...Object(issue), author_association: association }),
      };
    });
    const client = await createClient(fake.url, { options: { lockdown: true } });
    const { isError, text } = await client.callTool("get_issue", { ...hello, issue_number: 4 });
    expect([isError, text]).toEqual([
      !shown,
      expect.stringContaining(shown ? "From eve" : "runs with --lockdown"),
    ]);
    const asked = fake.requests.filter(({ url }) => url.pathname.includes("/collaborators/"));
    expect(asked).toHaveLength(permission === "not asked" ? 0 : 1);
  },
);

test("lockdown does not take a failure for a verdict, nor keep it", async () => {
  const { fake } = await createWorld();
  await fake.as(myToken, "PUT", "/repos/octocat/hello/collaborators/eve", { permission: "push" });
  await fake.as(eveToken, "POST", "/repos/octocat/hello/issues", { title: "From eve", body: "b" });
  const mend = fake.intercept(({ url }) =>
    url.pathname.includes("/collaborators/") ? { status: 418, body: "{}" } : undefined,
  );
  const client = await createClient(fake.url, { options: { lockdown: true } });
  const args = { ...hello, issue_number: 4 };
  const failed = await client.callTool("get_issue", args);
  expect([failed.isError, failed.text]).toEqual([true, expect.stringContaining("418")]);
  mend();
  expect((await client.callTool("get_issue", args)).text).toContain("From eve");
});

/** A world whose private repository is internal, as GitHub says it with either word for private. */
async function createInternal(said: { readonly private: boolean }) {
  const world = await createWorld();
  const found = await world.fake.as(myToken, "GET", "/repos/octocat/secret");
  const facts = {
    ...{ ...Object(found), ...said, visibility: "internal" },
    permissions: { push: true },
  };
  world.fake.intercept(({ url }) => {
    if (url.pathname === "/repos/octocat/secret") {
      return { status: 200, body: JSON.stringify(facts) };
    }
    if (url.pathname !== "/search/repositories") return undefined;
    const body = { total_count: 1, incomplete_results: false, items: [facts] };
    return { status: 200, body: JSON.stringify(body) };
  });
  await world.fake.as(eveToken, "POST", "/repos/octocat/hello/issues", { title: "x", body: "y" });
  return { ...world, client: await createClient(world.fake.url) };
}

test.each([true, false])(
  "an internal repository is neither public nor private, private: %s",
  async (isPrivate) => {
    const { client } = await createInternal({ private: isPrivate });
    const listed = await client.callTool("search_repositories", { query: "secret" });
    expect(listed.text).toContain("\tinternal\t");
    await client.callTool("get_issue", { ...hello, issue_number: 4 });
    const into = await client.callTool("create_issue", { ...secret, title: "t" });
    expect([into.isError, into.text]).toEqual([
      true,
      expect.stringContaining("octocat/secret, which is internal"),
    ]);
    await client.callTool("get_file_contents", { ...secret, path: "README.md" });
    const out = await client.callTool("create_issue", { ...hello, title: "t" });
    expect([out.isError, out.text]).toEqual([
      true,
      expect.stringContaining("octocat/secret, which is internal"),
    ]);
    const beside = await client.callTool("create_repository", { name: "dump", private: true });
    expect(beside.isError).toBe(true);
  },
);

test("what is said in an internal repository is by people who were let in", async () => {
  const { fake, client } = await createInternal({ private: true });
  const issue = await fake.as(myToken, "POST", "/repos/octocat/secret/issues", { title: "Inside" });
  fake.intercept(({ url, method }) =>
    method === "GET" && url.pathname === "/repos/octocat/secret/issues/1"
      ? {
          status: 200,
          body: JSON.stringify({ ...Object(issue), author_association: "NONE" }),
        }
      : undefined,
  );
  const read = { ...secret, issue_number: 1 };
  expect((await client.callTool("get_issue", read)).text).toContain("Inside");
  expect((await client.callTool("create_issue", { ...hello, title: "t" })).isError).toBe(false);
  const locked = await createClient(fake.url, { options: { lockdown: true } });
  expect((await locked.callTool("get_issue", read)).text).toContain("Inside");
});
