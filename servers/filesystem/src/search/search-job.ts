import { type GuardFacts, PathGuard } from "@fairlead/guard";
import { readTexts, type SmallText, type TextsQuery } from "../read/small-texts.ts";
import { isQuick } from "../walk/path-globs.ts";
import type { Beat, Steps } from "../walk/steps.ts";
import { startTree, type Tree, type TreeOptions } from "../walk/tree.ts";
import { diffLines, type Sides } from "../write/diff-lines.ts";
import { type ContentQuery, type ContentsFound, startContents } from "./search-contents.ts";
import { type NameQuery, type NamesFound, startNames } from "./search-names.ts";

/** What is asked, as data that goes from one thread to another. */
export type Job = FileJob | { readonly kind: "diff"; readonly sides: Sides };

type FileJob = { readonly guard: GuardFacts } & (
  | { readonly kind: "contents"; readonly path: string; readonly query: ContentQuery }
  | { readonly kind: "names"; readonly path: string; readonly query: NameQuery }
  | { readonly kind: "tree"; readonly path: string; readonly query: TreeOptions }
  | { readonly kind: "texts"; readonly query: TextsQuery }
);

export type JobResult =
  | { readonly kind: "contents"; readonly found: ContentsFound }
  | { readonly kind: "names"; readonly found: NamesFound }
  | { readonly kind: "tree"; readonly found: Tree }
  | { readonly kind: "texts"; readonly found: readonly SmallText[] }
  | { readonly kind: "diff"; readonly found: string | undefined };

/** A diff has a thread to itself, but not for ever. */
const diffLimits = {
  edits: Number.POSITIVE_INFINITY,
  characters: Number.POSITIVE_INFINITY,
  milliseconds: 2000,
};

/** Begins a job; the steps are then to be taken. */
export async function startJob(job: Job, beat: Beat): Promise<Steps<JobResult>> {
  if (job.kind === "diff") return makeDiff(job.sides);
  const guard = new PathGuard(job.guard);
  if (job.kind === "contents") {
    const steps = await startContents(guard, job.path, job.query, beat);
    return named(steps, (found) => ({ kind: "contents", found }));
  }
  if (job.kind === "names") {
    const steps = await startNames(guard, job.path, job.query, beat);
    return named(steps, (found) => ({ kind: "names", found }));
  }
  if (job.kind === "texts") {
    return named(readTexts(guard, job.query, beat), (found) => ({ kind: "texts", found }));
  }
  const steps = await startTree(guard, job.path, job.query, beat);
  return named(steps, (found) => ({ kind: "tree", found }));
}

/** A diff cannot be made in parts, so others are let in before it. */
function* makeDiff(sides: Sides): Steps<JobResult> {
  yield;
  return { kind: "diff", found: diffLines(sides, diffLimits) };
}

function* named<T>(steps: Steps<T>, toResult: (found: T) => JobResult): Steps<JobResult> {
  return toResult(yield* steps);
}

/** Whether nothing in a job can take long, whatever the names and texts it meets. */
export function isHarmless(job: Job): boolean {
  if (job.kind === "diff") return false;
  if (job.kind === "texts") return true;
  if (job.kind === "contents") return job.query.regex !== true;
  const { excludePatterns = [] } = job.query;
  return isQuick(job.kind === "names" ? [job.query.pattern, ...excludePatterns] : excludePatterns);
}
