import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Connected, connectBin, ourBin, referenceBin } from "./support/client.ts";
import { differences, type Step, steps } from "./support/parity-steps.ts";
import { removeTrees, sameTrees, type Trees } from "./support/parity-trees.ts";
import { snapshot } from "./support/tree.ts";

let trees: Trees;
let ours: Connected;
let reference: Connected;

beforeAll(async () => {
  trees = await sameTrees();
  const { shared, extra } = trees;
  [ours, reference] = await Promise.all([
    connectBin(ourBin, [trees.ours, shared, join(extra, "ours")]),
    connectBin(referenceBin, [trees.reference, shared, join(extra, "reference")]),
  ]);
});

afterAll(async () => {
  await Promise.all([ours.close(), reference.close()]);
  await removeTrees(trees);
});

describe("side by side with the reference server", () => {
  it("answers a long sequence of calls alike, but for the named differences", async () => {
    const wrong: string[] = [];
    const met = new Set<string>();
    for (const step of steps) {
      const [our, their] = await Promise.all([
        ask(ours, step, "ours"),
        ask(reference, step, "reference"),
      ]);
      const same = our.failed === their.failed && (our.failed || our.text === their.text);
      if (step.differs !== undefined) met.add(step.differs);
      if (same === (step.differs === undefined)) continue;
      wrong.push(
        `${JSON.stringify(step).slice(0, 300)}\n  ours: ${show(our)}\n  reference: ${show(their)}`,
      );
    }
    expect(wrong.join("\n")).toBe("");
    expect(steps.length).toBeGreaterThan(300);
    expect(Object.keys(differences).filter((name) => !met.has(name))).toEqual([
      "special files",
      "client roots",
    ]);
    expect(Object.keys(differences).length).toBeLessThanOrEqual(12);
  });

  it("keeps to the configured directories whatever roots a client names (client roots)", async () => {
    const wider = await connectBin(ourBin, [trees.ours], [trees.extra]);
    expect((await wider.call("list_directory", { path: trees.extra })).failed).toBe(true);
    expect((await wider.call("list_directory", { path: trees.ours })).failed).toBe(false);
    await wider.close();
  });

  it("leaves the same files behind", async () => {
    const skip = (line: string) => !line.includes("differs");
    const [our, their] = [await snapshot(trees.ours), await snapshot(trees.reference)];
    expect(our.filter(skip)).toEqual(their.filter(skip));
  });

  it("offers every tool of the reference under its name with its parameters", async () => {
    const [our, their] = await Promise.all([ours.client.listTools(), reference.client.listTools()]);
    const known = new Map(our.tools.map((tool) => [tool.name, tool]));
    const missing = their.tools
      .filter(({ name }) => name !== "read_file")
      .flatMap(({ name, inputSchema }) => {
        const own = Object.keys(known.get(name)?.inputSchema.properties ?? {});
        const theirs = Object.keys(inputSchema.properties ?? {});
        return known.has(name) ? theirs.filter((key) => !own.includes(key)) : [name];
      });
    expect(missing).toEqual([]);
  });
});

type Side = "ours" | "reference";

async function ask(server: Connected, { tool, args }: Step, side: Side) {
  const filled: unknown = JSON.parse(
    JSON.stringify(args).replaceAll("<T>", trees[side]).replaceAll("<S>", trees.shared),
  );
  const { failed, content } = await server.call(tool, Object(filled));
  const text = JSON.stringify(tool === "directory_tree" ? toTree(content) : content)
    .replaceAll(trees[side], "<T>")
    .replaceAll(join(trees.extra, side), "<E>")
    .replaceAll(join(trees.extra, `real-${side}`), "<R>");
  return { failed, text };
}

/** The tree itself: ours has a line of words before it and no indentation ("output budget"). */
function toTree(content: unknown): unknown {
  const [block] = Array.isArray(content) ? content : [];
  const text = String(block?.["text"]);
  const at = text.search(/^\[/m);
  return at < 0 ? text : JSON.parse(text.slice(at));
}

function show({ failed, text }: { readonly failed: boolean; readonly text: string }): string {
  return `${failed ? "ERROR " : ""}${text.slice(0, 600)}`;
}
