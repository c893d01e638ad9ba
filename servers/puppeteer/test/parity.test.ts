import { fileURLToPath } from "node:url";
import { type Session, sessions } from "@fairlead/testing";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { z } from "zod";
import { browser, browserTest, toExecutable } from "./support/browser.ts";
import { differences, pages, probe, type Step, steps } from "./support/parity-steps.ts";
import { toPictureSize } from "./support/picture-size.ts";
import { createSite, type Site } from "./support/site.ts";

const ourBin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
const referenceBin = fileURLToPath(
  import.meta.resolve("@modelcontextprotocol/server-puppeteer/dist/index.js"),
);

const answer = z.object({
  isError: z.boolean().optional(),
  content: z.array(z.object({ text: z.string().optional(), data: z.string().optional() })),
});

/** What a call came to, in the terms both servers share. */
interface Facts {
  readonly failed: boolean;
  readonly facts: readonly string[];
}

describe("side by side with @modelcontextprotocol/server-puppeteer 2025.5.12", () => {
  let site: Site;
  let hidden: Site;
  let ours: Session;
  let reference: Session;

  beforeAll(async () => {
    if (browser === undefined) return;
    site = await createSite(pages);
    hidden = await createSite({ "/": "<title>Private</title>" });
    const open = sessions["client v1 over stdio"]?.open;
    if (open === undefined) throw new Error("The official client is missing.");
    const args = ["--sandbox", "auto", "--allow-hosts", `localhost:${site.port}`];
    const launch = { executablePath: browser, headless: true, args: ["--no-sandbox"] };
    [ours, reference] = await Promise.all([
      open({ bin: ourBin, args: [...args, ...toExecutable()] }),
      open({
        bin: referenceBin,
        env: { PUPPETEER_LAUNCH_OPTIONS: JSON.stringify(launch), ALLOW_DANGEROUS: "true" },
      }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([ours, reference, site, hidden].map((each) => each?.close()));
  });

  async function ask(server: Session, { tool, args }: Step): Promise<Facts> {
    const filled: unknown = JSON.parse(
      JSON.stringify(args).replaceAll("<S>", site.origin).replaceAll("<P>", hidden.origin),
    );
    const given = z.record(z.string(), z.unknown()).parse(filled);
    const said = await server.call(tool, given).catch(() => ({ isError: true, content: [] }));
    const { isError = false, content } = answer.parse(said);
    return { failed: isError, facts: isError ? [] : content.map((part) => toFact(tool, part)) };
  }

  browserTest(
    "answers a sequence of calls with the same facts, but for what is named",
    async () => {
      const wrong: string[] = [];
      const met = new Set<string>();
      for (const step of steps) {
        const [our, their] = await Promise.all([ask(ours, step), ask(reference, step)]);
        const look = { tool: "puppeteer_evaluate", args: { script: probe } };
        const [seen, seenThere] = await Promise.all([ask(ours, look), ask(reference, look)]);
        const [one, other] = [JSON.stringify([our, seen]), JSON.stringify([their, seenThere])];
        if (step.differs !== undefined) met.add(step.differs);
        if ((one === other) === (step.differs === undefined)) continue;
        wrong.push(`${JSON.stringify(step)}\n  ours: ${one}\n  reference: ${other}`);
      }
      expect(wrong.join("\n")).toBe("");
      // The other two are in every answer, and are taken off before it is compared.
      const everywhere = ["where it is", "form of pictures"];
      expect([...met, ...everywhere].sort()).toEqual(Object.keys(differences).sort());
    },
  );

  browserTest("offers its seven tools by their names and parameters", async () => {
    const [our, their] = [await ours.listTools(), await reference.listTools()];
    const schema = z.object({ inputSchema: z.object({ properties: z.looseObject({}) }) });
    const toKeys = (tool: unknown) => Object.keys(schema.parse(tool).inputSchema.properties);
    expect(their).toHaveLength(7);
    for (const theirs of their) {
      const own = our.find(({ name }) => name === theirs.name);
      expect(toKeys(own)).toEqual(expect.arrayContaining(toKeys(theirs)));
    }
  });

  browserTest("keeps its resources: the console and the pictures, by name", async () => {
    const console = z.object({ contents: z.array(z.object({ text: z.string() })) });
    const picture = z.object({ contents: z.array(z.object({ blob: z.string() })) });
    const found: string[][] = [];
    for (const server of [ours, reference]) {
      const listed = (await server.listResources()).map(({ uri }) => String(uri));
      const [log] = console.parse(await server.read("console://logs")).contents;
      const [view] = picture.parse(await server.read("screenshot://view")).contents;
      const lines = log?.text.split("\n").filter((line) => line.startsWith("[log] said 1")) ?? [];
      found.push([
        ...listed.filter((uri) => /^(?:console|screenshot):/.test(uri)).sort(),
        toPictureSize(view?.blob ?? ""),
        lines[0]?.slice(0, "[log] said 1".length) ?? "",
      ]);
    }
    expect(found[0]).toEqual(found[1]);
    expect(found[0]).toContain("640x400");
  });
});

function toFact(tool: string, part: z.infer<typeof answer>["content"][number]): string {
  const { text = "", data } = part;
  if (data !== undefined) return `picture of ${toPictureSize(data)}`;
  const [, encoded] = /^data:image\/\w+;base64,(.*)$/.exec(text) ?? [];
  if (encoded !== undefined) return `encoded picture of ${toPictureSize(encoded)}`;
  return tool === "puppeteer_evaluate" ? text : (text.split("\n")[0] ?? "");
}
