import { commonOptions } from "@fairlead/define/start";
import { expect, test } from "vitest";
import { toHelp } from "./help.ts";
import { surface } from "./surface.fixture.ts";

const help = toHelp(surface);

test("begins with what the program is and how it is called", () => {
  expect(help.split("\n").slice(0, 5)).toEqual([
    "fairlead-shelf 1.2.3",
    "Books on a shelf.",
    "",
    "Usage: fairlead-shelf [options] DIR...",
    "       fairlead-shelf surface",
  ]);
});

test("names every option, its variable and its toolsets", () => {
  for (const { flag, env, positional } of [...surface.options, ...commonOptions]) {
    if (positional !== true) expect(help).toContain(`  ${flag}`);
    expect(help).toContain(`[${env}`);
  }
  for (const word of ["--help", "--version", "attic (optional)", "find_book, put_book"]) {
    expect(help).toContain(word);
  }
  expect(help).not.toContain("get_book");
});

test("fits a terminal, without trailing space", () => {
  for (const line of help.split("\n")) {
    expect(line.length).toBeLessThanOrEqual(92);
    expect(line).toBe(line.trimEnd());
  }
});

test("leaves out what a server does not have", () => {
  expect(help).toContain("<variable>_FILE");
  expect(toHelp({ ...surface, options: [] })).not.toContain("_FILE names");
  expect(toHelp({ ...surface, options: [], toolsets: [] })).not.toMatch(/^(Options|Toolsets)$/m);
});

test("names the server's own commands", () => {
  const commands = [{ name: "fill-shelf", description: "Buys books." }];
  const text = toHelp({ ...surface, commands });
  expect(text).toContain("       fairlead-shelf fill-shelf\n       fairlead-shelf surface");
  expect(text).toMatch(/^ {2}fill-shelf +Buys books\.$/m);
});
