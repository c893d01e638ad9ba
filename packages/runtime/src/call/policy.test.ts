import type { Effect, Surface, SurfaceTool } from "@fairlead/define";
import { describe, expect, test } from "vitest";
import { createPolicy, findPolicyProblems, isListed, type PolicyOptions } from "./policy.ts";

function toTool(name: string, effect: SurfaceTool["effect"]): SurfaceTool {
  const annotations = {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: false,
    openWorldHint: false,
  };
  const wire = { name, title: name, description: name, inputSchema: {}, annotations };
  return { wire, effect };
}

const read = toTool("read", "read");
const write = toTool("write", "write");
const destroy = toTool("destroy", "destroy");
const either = toTool("either", { least: "read", most: "destroy" });
const extra = toTool("extra", "read");

const surface: Surface = {
  name: "shelf",
  title: "Shelf",
  package: { name: "shelf", version: "1.0.0", description: "Shelf" },
  options: [],
  toolsets: [
    { name: "main", description: "Main.", tools: [read, write, destroy, either] },
    { name: "more", description: "More.", optional: true, tools: [extra] },
  ],
  resources: [],
  resourceTemplates: [],
  prompts: [],
  completions: false,
  dynamicResources: false,
};

function verdicts(options: PolicyOptions, effect?: Effect): Record<string, string> {
  const policy = createPolicy(surface, options);
  const tools = surface.toolsets.flatMap((toolset) => toolset.tools);
  return Object.fromEntries(tools.map((tool) => [tool.wire.name, policy(tool, effect).kind]));
}

const shown = (options: PolicyOptions) =>
  Object.entries(verdicts(options))
    .filter(([, kind]) => kind === "allow" || kind === "confirm")
    .map(([name]) => name);

test("asks before what cannot be undone, by default", () => {
  expect(verdicts({})).toEqual({
    read: "allow",
    write: "allow",
    destroy: "confirm",
    either: "confirm",
    extra: "hide",
  });
});

test("asks as --confirm says", () => {
  expect(verdicts({ confirm: "write" })["write"]).toBe("confirm");
  expect(verdicts({ confirm: "write" })["read"]).toBe("allow");
  expect(verdicts({ confirm: "never" })["destroy"]).toBe("allow");
});

describe("--read-only", () => {
  test("hides what can only write, and keeps what can also read", () => {
    expect(shown({ readOnly: true })).toEqual(["read", "either"]);
  });

  test("refuses the arguments that would write", () => {
    const policy = createPolicy(surface, { readOnly: true });
    expect(policy(either, "read").kind).toBe("allow");
    expect(policy(either, "write")).toMatchObject({
      kind: "deny",
      reason: expect.stringContaining("--read-only"),
    });
    expect(policy(either, "destroy").kind).toBe("deny");
  });

  test("beats --tools, --toolsets and --confirm never", () => {
    const options = { readOnly: true, confirm: "never" } as const;
    expect(shown({ ...options, tools: ["destroy", "write", "read"] })).toEqual(["read"]);
    expect(shown({ ...options, toolsets: ["all"] })).toEqual(["read", "either", "extra"]);
  });
});

describe("toolsets and tools", () => {
  test.for([
    [{}, ["read", "write", "destroy", "either"]],
    [{ toolsets: ["more"] }, ["extra"]],
    [{ toolsets: ["default", "more"] }, ["read", "write", "destroy", "either", "extra"]],
    [{ toolsets: ["all"] }, ["read", "write", "destroy", "either", "extra"]],
    [{ toolsets: [] }, []],
    [{ tools: ["extra"] }, ["extra"]],
    [{ tools: [] }, []],
    [{ toolsets: ["more"], tools: ["read"] }, ["read", "extra"]],
    [{ tools: ["read"], excludeTools: ["read"] }, []],
    [{ toolsets: ["all"], excludeTools: ["write"] }, ["read", "destroy", "either", "extra"]],
  ] as const)("%j shows %j", ([options, names]) => {
    expect(shown(options)).toEqual(names);
  });

  test("what is off says how to have it", () => {
    expect(createPolicy(surface, {})(extra)).toEqual({
      kind: "hide",
      reason: expect.stringContaining("--toolsets more"),
    });
    expect(createPolicy(surface, { excludeTools: ["read"] })(read)).toMatchObject({
      reason: expect.stringContaining("--exclude-tools"),
    });
  });

  test("names the server does not have are problems", () => {
    const problems = findPolicyProblems(surface, {
      toolsets: ["main", "default", "all", "wrong"],
      tools: ["read", "rread"],
      excludeTools: ["__proto__", "constructor"],
    });
    expect(problems).toHaveLength(4);
    expect(problems[0]).toContain('--toolsets: there is no "wrong". Known names: main, more');
  });
});

test("unlisted tools are listed with --legacy only", () => {
  const old: SurfaceTool = { ...read, listed: false };
  expect(isListed(old, {})).toBe(false);
  expect(isListed(old, { legacy: true })).toBe(true);
  expect(isListed(read, {})).toBe(true);
});
