import { GitError } from "../errors.ts";
import { assertUnfiltered, listChanged } from "../repository/filters.ts";
import { toIdentity } from "../repository/identity.ts";
import { redactUrls } from "../repository/repo-config.ts";
import type { Repository, RunOptions } from "../repository/repository.ts";
import {
  assertName,
  assertRefName,
  currentBranch,
  find,
  resolve,
} from "../repository/revisions.ts";
import { assertTree, toEmptyTree } from "../repository/trees.ts";
import type { Override } from "../run/overrides.ts";
import { admitRemote } from "./addresses.ts";

export interface RefChange {
  readonly ref: string;
  readonly from?: string;
  readonly to?: string;
}

/** Brings a remote's commits here without touching branches or files. */
export function fetchRemote(
  repo: Repository,
  remote: string,
  { prune }: { readonly prune: boolean },
): Promise<RefChange[]> {
  return repo.change(async () => {
    const network = await reach(repo, remote, "fetch");
    const before = await readRefs(repo);
    const flags = [...toProgram(repo, "upload-pack"), "--no-write-fetch-head"];
    const args = ["fetch", "-q", "--no-recurse-submodules", ...flags];
    await repo.run([...args, prune ? "--prune" : "--no-prune", "--", remote], network);
    const after = await readRefs(repo);
    const refs = [...new Set([...before.keys(), ...after.keys()])].sort();
    return refs.flatMap((ref): RefChange[] => {
      const [from, to] = [before.get(ref), after.get(ref)];
      return from === to ? [] : [{ ref, ...(from && { from }), ...(to && { to }) }];
    });
  });
}

/** Moves the current branch forward to where a remote's branch is; never merges. */
export function pullForward(
  repo: Repository,
  given: { readonly remote?: string | undefined; readonly branch?: string | undefined },
): Promise<{
  readonly branch: string;
  readonly from: string;
  readonly sha: string;
  readonly files: string[];
}> {
  return repo.change(async () => {
    assertTree(repo);
    const current = await currentBranch(repo);
    if (current === undefined) throw new GitError("No branch is checked out.", "Check one out.");
    const remote = given.remote ?? repo.config.get(`branch.${current}.remote`) ?? "origin";
    const merge = repo.config.get(`branch.${current}.merge`)?.replace(/^refs\/heads\//, "");
    const branch = given.branch ?? merge ?? current;
    await assertRefName(repo, branch, "heads");
    const network = await reach(repo, remote, "fetch");
    const from = (await find(repo, "HEAD")) ?? "";
    const program = toProgram(repo, "upload-pack");
    const args = ["fetch", "-q", "--no-recurse-submodules", ...program, "--", remote];
    await repo.run([...args, `refs/heads/${branch}`], network);
    const sha = await resolve(repo, "FETCH_HEAD");
    const files = await listChanged(repo, [from || toEmptyTree(sha), sha]);
    await assertUnfiltered(repo, files, ["smudge"], sha);
    await repo.run(["merge", "-q", "--ff-only", "--no-stat", sha], await toIdentity(repo));
    const head = await resolve(repo, "HEAD");
    return { branch: current, from, sha: head, files: head === from ? [] : files };
  });
}

export interface PushOptions {
  readonly refspec?: string | undefined;
  readonly force?: boolean | undefined;
}

/** Sends a branch or tag to a remote. */
export function pushRef(
  repo: Repository,
  remote: string,
  options: PushOptions,
): Promise<RefChange[]> {
  return repo.change(async () => {
    const spec = await toRefspec(repo, options);
    const network = await reach(repo, remote, "push");
    const lease = spec.force ? ["--force-with-lease"] : ["--no-force-with-lease"];
    const program = toProgram(repo, "receive-pack");
    const flags = ["push", ...program, "--porcelain", "--no-follow-tags", "--no-signed", ...lease];
    const target = `${spec.source}:${spec.target}`;
    const args = [...flags, "--recurse-submodules=no", "--", remote, target];
    const output = await repo.run(args, { ...network, codes: [1] });
    if (output.code !== 0) throw repo.toError("push", output);
    const to = spec.source === "" ? undefined : await resolve(repo, spec.source, "object");
    return [{ ref: spec.target, ...(to && { to }) }];
  });
}

/** A refspec with both sides written out, so that no config of the remote adds to it. */
async function toRefspec(
  repo: Repository,
  { refspec, force: asked = false }: PushOptions,
): Promise<{ readonly source: string; readonly target: string; readonly force: boolean }> {
  const text = refspec ?? (await currentBranch(repo)) ?? "";
  assertName(text, "refspec");
  const [left = "", right, ...rest] = text.replace(/^\+/, "").split(":");
  const force = asked || text.startsWith("+") || left === "";
  if (force && !repo.settings.allowForce) {
    const what = left === "" ? "Deleting a remote branch" : "Pushing by force";
    throw new GitError(`${what} is off.`, "The server must be started with --allow-force.");
  }
  if (rest.length > 0) throw new GitError(`"${text}" is not a refspec.`, "Use source:target.");
  const source = left === "" ? "" : await toFullRef(repo, left);
  const target = right ?? source;
  const full = target.startsWith("refs/") ? target : `refs/heads/${target}`;
  await assertRefName(repo, full.replace(/^refs\/(?:heads|tags)\//, ""), "heads");
  if (!/^refs\/(?:heads|tags)\//.test(full)) {
    throw new GitError(
      `"${target}" is neither a branch nor a tag.`,
      "Name both sides: source:branch.",
    );
  }
  return { source, target: full, force };
}

async function toFullRef(repo: Repository, name: string): Promise<string> {
  const short = name === "HEAD" ? ((await currentBranch(repo)) ?? name) : name;
  for (const ref of [short, `refs/heads/${short}`, `refs/tags/${short}`]) {
    if (ref.startsWith("refs/") && (await find(repo, ref, "object")) !== undefined) return ref;
  }
  return resolve(repo, name);
}

/** The options with which a command may reach one configured remote, and nothing else. */
async function reach(
  repo: Repository,
  remote: string,
  direction: "fetch" | "push",
): Promise<RunOptions> {
  assertName(remote, "remote");
  const known = (await repo.text(["remote"])).split("\n").filter((name) => name !== "");
  if (!known.includes(remote)) {
    throw new GitError(
      repo.redact(redactUrls(`There is no remote "${remote}".`)),
      repo.redact(redactUrls(`Remotes: ${known.join(", ") || "none"}.`)),
    );
  }
  if (!repo.settings.trusted) repo.config.assertAllows("network");
  const flags = direction === "push" ? ["--push", "--all"] : ["--all"];
  const { stdout } = await repo.run(["remote", "get-url", ...flags, "--", remote]);
  const urls = stdout
    .toString()
    .split("\n")
    .filter((url) => url !== "");
  const config: Override[] = [];
  for (const url of urls) {
    config.push(...(await admitRemote(url, repo.directory, repo.settings, repo.guard)));
  }
  const { protocols } = repo.settings;
  return { config, environment: { GIT_ALLOW_PROTOCOL: protocols.join(":") } };
}

/**
 * The program at the other end as an argument: a remote's config may name one as well, and of two
 * such settings git takes the first, so an override would come too late.
 */
function toProgram(repo: Repository, name: "upload-pack" | "receive-pack"): string[] {
  return repo.settings.trusted ? [] : [`--${name}=git-${name}`];
}

async function readRefs(repo: Repository): Promise<ReadonlyMap<string, string>> {
  const text = await repo.text(["for-each-ref", "--format=%(refname)%00%(objectname)%00%(symref)"]);
  return new Map(
    text.split("\n").flatMap((line): [string, string][] => {
      const [ref, sha, symbolic] = line.split("\0");
      return ref !== undefined && sha !== undefined && symbolic === "" ? [[ref, sha]] : [];
    }),
  );
}
