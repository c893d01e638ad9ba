import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { defineServer, defineTool, defineToolset, toSurface } from "@fairlead/define";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { replayExamples, type Stand } from "./replay.ts";

const find = { tool: "find_book", arguments: { title: "Emma", in: "/path/to/shelf/a" } };
const clear = { tool: "clear_attic", arguments: {} };

const toToolset = (name: string, tool: string) =>
  defineToolset({
    name,
    description: `The toolset ${name}.`,
    tools: [
      defineTool({
        name: tool,
        title: tool,
        description: "Does something with books.",
        effect: "read",
        input: z.object({}),
        output: z.object({}),
        run: () => ({}),
      }),
    ],
  });

const surface = toSurface(
  defineServer({
    name: "shelf",
    title: "Shelf",
    package: { name: "shelf", version: "1.0.0", description: "Books on a shelf." },
    config: z.object({}),
    connect: () => ({ context: {} }),
    toolsets: [toToolset("shelf", "find_book"), toToolset("attic", "clear_attic")],
  }),
);

interface Answer {
  readonly text: string;
  readonly isError?: boolean;
}

function replay(examples: readonly object[], answers: readonly Answer[], stands?: Stand[]) {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-replay-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "examples.json"), JSON.stringify(examples));
  writeFileSync(join(folder, "surface.json"), JSON.stringify(surface));
  const left = [...answers];
  const calls: unknown[] = [];
  const call = async (tool: string, args: object) => {
    calls.push([tool, args]);
    const { text, ...rest } = left.shift() ?? { text: "" };
    return { ...rest, content: text === "" ? [{ type: "image" }] : [{ type: "text", text }] };
  };
  const root = pathToFileURL(`${folder}/`);
  return { calls, file: replayExamples({ root, call, ...(stands && { stands }) }) };
}

test("gives each call with the answer it has just got, whatever the file says", async () => {
  const { file } = replay(
    [{ ...find, answer: ["made up"] }, clear],
    [{ text: "Emma\nby Jane Austen" }, { text: "Empty." }],
  );
  expect(JSON.parse(await file)).toEqual([
    { ...find, answer: ["Emma", "by Jane Austen"] },
    { ...clear, answer: ["Empty."] },
  ]);
});

test("what differs between runs is sent as it is and shown as documents show it", async () => {
  const stands = [
    { real: "/tmp/x1", shown: "/path/to/shelf" },
    { real: /\d+ ms/g, shown: "12 ms" },
  ];
  const { calls, file } = replay(
    [find, clear],
    [{ text: "/tmp/x1/a, /tmp/x1/b in 7 ms" }, { text: "Empty." }],
    stands,
  );
  const [first] = JSON.parse(await file);
  expect(first.answer).toEqual(["/path/to/shelf/a, /path/to/shelf/b in 12 ms"]);
  expect(calls[0]).toEqual(["find_book", { title: "Emma", in: "/tmp/x1/a" }]);
});

test.each([
  ["a call that fails", [find, clear], [{ text: "Not found.", isError: true }], "find_book fails"],
  ["an answer without text", [find, clear], [{ text: "" }], "no text to show"],
  ["a toolset without an example", [find], [{ text: "Emma" }], "these toolsets: attic"],
])("%s is an error", async (_, examples, answers, reason) => {
  await expect(replay(examples, answers).file).rejects.toThrow(reason);
});
