import { parentPort } from "node:worker_threads";
import { Minimatch } from "minimatch";
import type { Answer, Hit, Question } from "./patterns.ts";

/** Compiled globs, since the same ones come with every directory of a walk. */
const compiled = new Map<string, Minimatch>();

function toMatcher(glob: string): Minimatch {
  const known = compiled.get(glob);
  if (known !== undefined) return known;
  if (compiled.size >= 100) compiled.clear();
  const matcher = new Minimatch(glob, { dot: true });
  compiled.set(glob, matcher);
  return matcher;
}

function findLines(source: string, flags: string, text: string): Hit[] {
  const expression = new RegExp(source, flags);
  const hits: Hit[] = [];
  let line = 0;
  for (let at = 0; at <= text.length; line++) {
    const newline = text.indexOf("\n", at);
    const next = newline < 0 ? text.length + 1 : newline + 1;
    const end = next - 1;
    const column = text.slice(at, text[end - 1] === "\r" ? end - 1 : end).search(expression);
    // What follows the last line end is a line only if there is something in it.
    if (column >= 0 && at < text.length) hits.push({ line, column });
    at = next;
  }
  return hits;
}

function answer(question: Question): Answer {
  try {
    if (question.kind === "lines") {
      const { source, flags, text } = question;
      return { kind: "lines", hits: findLines(source, flags, text) };
    }
    const groups = question.groups.map((globs) => {
      const matchers = globs.map(toMatcher);
      return question.paths.map((path) => matchers.some((matcher) => matcher.match(path)));
    });
    return { kind: "paths", groups };
  } catch (error) {
    return { kind: "error", message: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on("message", (question: Question) => parentPort?.postMessage(answer(question)));
