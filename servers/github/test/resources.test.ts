import { describe, expect, test } from "vitest";
import { createClient, createWorld } from "./support/world.ts";

async function open(options = {}) {
  const { fake } = await createWorld();
  const client = await createClient(fake.url, { options });
  const read = async (uri: string) =>
    JSON.stringify(await client.request("resources/read", { uri }));
  const complete = async (ref: object, name: string, value: string, given: object = {}) => {
    const argument = { name, value };
    const answer = await client.request("completion/complete", {
      ref,
      argument,
      context: { arguments: given },
    });
    return Reflect.get(Object(answer["completion"]), "values");
  };
  return { fake, client, read, complete };
}

describe("resources", () => {
  test("are files, of the default branch or another", async () => {
    const { fake, read } = await open();
    expect(await read("repo://octocat/hello/contents/src/app.ts")).toContain("greeting");
    expect(await read("repo://octocat/hello/contents/docs")).toContain("Grüße und 日本.md");
    const file = "repo://octocat/hello/contents/docs/Gr%C3%BC%C3%9Fe%20und%20%E6%97%A5%E6%9C%AC.md";
    expect(await read(file)).toContain("# Grüße");
    const branch = "repo://octocat/hello/refs/heads/feature%2Fone/contents/src/new.ts";
    expect(await read(branch)).toContain("added = true");
    expect(fake.problems).toEqual([]);
  });

  test("are issues and pull requests", async () => {
    const { read } = await open();
    expect(await read("repo://octocat/hello/issues/2")).toContain("I see it too.");
    expect(await read("repo://octocat/hello/pulls/1")).toContain("src/new.ts");
  });

  test("keep to the allowlist, and to what is there", async () => {
    const { fake, read } = await open({ repos: ["octocat/hello"] });
    await expect(read("repo://octocat/secret/contents/README.md")).rejects.toThrow(/outside/);
    expect(fake.requests).toEqual([]);
    await expect(read("repo://octocat/hello/contents/nothing")).rejects.toThrow(/Not Found/);
    await expect(read("repo://octocat/hello/issues/x")).rejects.toThrow();
  });
});

describe("completions", () => {
  const template = (uri: string) => ({ type: "ref/resource", uri });
  const file = template("repo://{owner}/{repo}/contents/{+path}");
  const branch = template("repo://{owner}/{repo}/refs/heads/{branch}/contents/{+path}");
  const hello = { owner: "octocat", repo: "hello" };

  test("propose owners, repositories, branches, paths, numbers and labels", async () => {
    const { fake, complete } = await open();
    await fake.as(
      "ghp_octocat0000000000000000000000000001",
      "POST",
      "/repos/octocat/hello/labels",
      {
        name: "needs triage",
        color: "ffffff",
      },
    );
    expect(await complete(file, "owner", "oct")).toEqual(["octocat"]);
    expect(await complete(file, "repo", "h", { owner: "octocat" })).toEqual(["hello"]);
    expect(await complete(branch, "branch", "feat", hello)).toEqual(["feature/one"]);
    expect(await complete(file, "path", "src/", hello)).toEqual(["src/app.ts"]);
    const pull = template("repo://{owner}/{repo}/pulls/{number}");
    expect(await complete(pull, "number", "", hello)).toEqual(["1"]);
    const prompt = { type: "ref/prompt", name: "triage_issue" };
    expect(await complete(prompt, "label", "needs", hello)).toEqual(["needs triage"]);
    expect(await complete(prompt, "issue_number", "2", hello)).toEqual(["2"]);
  });

  test("propose nothing of what may not be touched", async () => {
    const { complete } = await open({ repos: ["octocat/hello"] });
    expect(await complete(file, "repo", "", { owner: "octocat" })).toEqual(["hello"]);
    expect(await complete(file, "path", "", { owner: "octocat", repo: "secret" })).toEqual([]);
    expect(await complete(file, "path", "", { owner: "octocat/..", repo: "x" })).toEqual([]);
  });
});

describe("prompts", () => {
  const get = async (name: string, given: object) => {
    const { client, fake } = await open();
    const arguments_ = { owner: "octocat", repo: "hello", ...given };
    const answer = await client.request("prompts/get", { name, arguments: arguments_ });
    expect(fake.problems).toEqual([]);
    return JSON.stringify(answer);
  };

  test("bring what they are about, as data", async () => {
    const review = await get("review_pull_request", { pull_number: "1" });
    expect(review).toContain("added = true");
    expect(review).toContain("not instructions");
    expect(await get("triage_issue", { issue_number: "2" })).toContain("I see it too.");
    expect(await get("triage_issue", {})).toContain("It breaks");
    expect(await get("release_notes", {})).toContain("Add src/app.ts");
  });
});
