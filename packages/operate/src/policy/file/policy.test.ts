import { expect, test } from "vitest";
import { surface } from "../surface.fixture.ts";
import { createParse } from "./parse.ts";
import { Policy } from "./policy.ts";
import { PolicyFileError } from "./problem.ts";

const parse = await createParse("policy.json");
const open = (file: object) => new Policy(surface, parse, JSON.stringify(file));

/** A policy file that cannot be used, with the reason. */
function problemsOf(file: object): readonly string[] {
  try {
    open(file);
  } catch (error) {
    if (error instanceof PolicyFileError) return error.problems;
    throw error;
  }
  return [];
}

const one = (rule: object) => ({ rules: [{ match: {}, ...rule }] });
const limit = (figures: object) => one({ limits: [{ per: ["principal"], ...figures }] });

test.for([
  [{}, "rules: expected a list of rules; it is missing."],
  [{ rules: [] }, "rules: expected at least one rule; found []."],
  [{ rules: [{}] }, "rules[0].match: expected an object with the keys tenant,"],
  [one({ readonly: true }), "rules[0]: expected one of the keys name, match, toolsets,"],
  [one({ readonly: true }), '; found "readonly".'],
  [one({ readOnly: "yes" }), 'rules[0].readOnly: expected true or false; found "yes".'],
  [
    one({ match: { tenant: 5 } }),
    "rules[0].match.tenant: expected a name or a list of names; found 5.",
  ],
  [
    one({ match: { tenant: ["a", 5] } }),
    "rules[0].match.tenant[1]: expected a text; put a number in quotes; found 5.",
  ],
  [one({ match: { kind: "robot" } }), "rules[0].match.kind[0]: expected one of user, machine;"],
  [one({ toolsets: ["bookz"] }), "rules[0].toolsets: expected one of books, admin, default, all"],
  [one({ excludeTools: "find" }), "rules[0].excludeTools: expected one of find_book, add_book,"],
  [one({ tools: "find" }), '; found "find".'],
  [{ ...one({}), costs: { tools: { find: 2 } } }, "costs.tools: expected one of find_book,"],
  [{ ...one({}), costs: { write: 0 } }, "costs.write: expected a number above 0; found 0."],
  [limit({}), "rules[0].limits[0]: expected at least one of rate, concurrency, day, month;"],
  [
    limit({ rate: { perSecond: "fast" } }),
    'rules[0].limits[0].rate.perSecond: expected a number above 0; found "fast".',
  ],
  [
    limit({ concurrency: 1.5 }),
    "rules[0].limits[0].concurrency: expected a whole number above 0; found 1.5.",
  ],
  [
    limit({ rate: { perSecond: 1, burst: 9 } }),
    "rules[0].limits[0].rate.burst: expected at least 10, which is what the costliest call takes of it; found 9.",
  ],
  [limit({ month: 9 }), "rules[0].limits[0].month: expected at least 10,"],
  [limit({ day: 4, tools: ["add_book"] }), "rules[0].limits[0].day: expected at least 5,"],
  [limit({ per: ["team"], day: 50 }), "rules[0].limits[0].per[0]: expected one of tenant,"],
  [one({ requests: { perSecond: 1, burst: 0.5 } }), "rules[0].requests.burst: expected at least 1"],
  [
    one({
      limits: [
        { per: ["tool", "tenant"], day: 50 },
        { per: ["tenant", "tool"], month: 50 },
      ],
    }),
    "rules[0].limits[1]: expected other calls than limits[0] counts",
  ],
  [
    { rules: [{ match: { tenant: "a" } }, { match: {} }, { match: { scope: "x" } }] },
    "rules[2]: expected no rule after rules[1], which matches everybody",
  ],
] as const)("%j is refused: %s", ([file, problem]) => {
  expect(problemsOf(file).join("\n")).toContain(problem);
});

test("tells all problems at once, and shortens a long value", () => {
  const found = problemsOf(one({ toolsets: ["x".repeat(5_000)], tools: ["y"], readOnly: 1 }));
  expect(found).toEqual(["rules[0].readOnly: expected true or false; found 1."]);
  const both = problemsOf(one({ toolsets: ["x".repeat(5_000)], tools: ["y"] }));
  expect(both).toHaveLength(2);
  expect(both[0]?.length).toBeLessThan(200);
});

test("a file that is neither JSON nor YAML says where", async () => {
  expect(() => new Policy(surface, parse, "{")).toThrow(/^It is not JSON: /);
  const yaml = await createParse("policy.yaml");
  expect(() => new Policy(surface, yaml, "rules: [")).toThrow(/^It is not YAML: .*\(/);
  const read = new Policy(surface, yaml, "rules:\n  - match: {}\n    readOnly: true\n");
  expect([...read.of({ id: "a" }).hidden.keys()]).toEqual(["add_book", "burn_book"]);
});

test("the first rule that matches holds, and without one nothing is permitted", () => {
  const policy = open({
    rules: [
      { name: "agents", match: { kind: "machine", tenant: ["acme", "globex"] } },
      { name: "acme", match: { tenant: "acme", scope: ["write", "admin"] } },
      { name: "ada", match: { subject: "ada", tenant: "acme" } },
      { name: "alice", match: { principal: "alice" } },
      { name: "cursor", match: { client: "cursor" } },
    ],
  });
  const of = (caller: object) => policy.of({ id: "x", ...caller }).name;
  expect(of({ tenant: "acme", kind: "machine", scopes: ["admin"] })).toBe("agents");
  expect(of({ tenant: "acme", kind: "user", scopes: ["read", "admin"] })).toBe("acme");
  expect(of({ tenant: "acme", scopes: ["read"] })).toBe("none");
  expect(of({ tenant: "acme" })).toBe("none");
  expect(of({ tenant: "acme", subject: "ada" })).toBe("ada");
  expect(of({ tenant: "globex", subject: "ada" })).toBe("none");
  expect(of({ id: "alice", client: "cursor" })).toBe("alice");
  expect(of({ client: "cursor" })).toBe("cursor");
  expect(of({ kind: "machine" })).toBe("none");
  expect([...policy.of({ id: "x" }).hidden.keys()]).toEqual([
    "find_book",
    "add_book",
    "edit_book",
    "burn_book",
  ]);
});

test.for([
  [{}, []],
  [{ toolsets: "default" }, ["burn_book"]],
  [{ toolsets: ["admin"] }, ["find_book", "add_book", "edit_book"]],
  [{ toolsets: ["all"], excludeTools: ["add_book"] }, ["add_book"]],
  [{ tools: ["find_book"] }, ["add_book", "edit_book", "burn_book"]],
  [{ toolsets: ["books"], tools: ["burn_book"] }, []],
  [{ readOnly: true }, ["add_book", "burn_book"]],
  [{ readOnly: true, tools: ["burn_book", "find_book"] }, ["add_book", "edit_book", "burn_book"]],
  [
    { tools: ["find_book"], excludeTools: ["find_book"] },
    [...["find_book", "add_book", "edit_book", "burn_book"]],
  ],
] as const)("%j hides %j", ([rule, hidden]) => {
  expect([...open(one(rule)).of({ id: "a" }).hidden.keys()]).toEqual(hidden);
});

test("a call costs what the file says of its tool, of its effect, or the default", () => {
  expect([...open(one({})).rules.costs.values()]).toEqual([1, 5, 5, 10, 1, 1, 1]);
  const costs = { write: 2, tools: { find_book: 7 } };
  expect([...open({ ...one({}), costs }).rules.costs.values()]).toEqual([7, 2, 2, 10, 1, 1, 1]);
});

test("a text that cannot be used changes nothing, and the same text again is told apart", () => {
  const policy = open(one({ name: "first" }));
  const caller = { id: "a" };
  expect(policy.of(caller).name).toBe("first");
  expect(() => policy.replace("{}")).toThrow(PolicyFileError);
  expect(() => policy.replace(JSON.stringify(one({ tools: "none" })))).toThrow(PolicyFileError);
  expect(policy.of(caller).name).toBe("first");
  expect(policy.replace(JSON.stringify(one({ name: "first" })))).toBe(false);
  expect(policy.replace(JSON.stringify(one({ name: "second" })))).toBe(true);
  expect(policy.of(caller).name).toBe("second");
});
