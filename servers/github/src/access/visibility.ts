import { GitHubError } from "../errors.ts";

export type Visibility = "public" | "internal" | "private";

/**
 * Remembers from where content was read, so that what a stranger wrote cannot make a caller carry
 * private things out or wrong ones in: once something untrusted was read, everything read and the
 * target of a write must share one visibility.
 *
 * It lives with the connection of one principal, in memory: it knows nothing of other processes, and
 * forgets when the connection is closed for idleness. The measure without a memory is lockdown.
 */
export class VisibilityLedger {
  readonly #read = new Map<Visibility, string>();
  #untrusted: string | undefined;
  readonly #lenient: boolean;

  /** `lenient` keeps the record and refuses nothing. */
  constructor({ lenient }: { readonly lenient: boolean }) {
    this.#lenient = lenient;
  }

  /** Notes that content of a repository was handed out. */
  note(repository: string, visibility: Visibility, { trusted }: { readonly trusted: boolean }) {
    if (!this.#read.has(visibility)) this.#read.set(visibility, repository);
    if (!trusted) this.#untrusted ??= repository;
  }

  /** Throws GitHubError for a write that would mix visibilities after untrusted content. */
  assertWrite(target: string, visibility: Visibility): void {
    if (this.#lenient || this.#untrusted === undefined) return;
    const other = [...this.#read].find(([kind]) => kind !== visibility);
    if (other === undefined) return;
    const [kind, repository] = other;
    throw new GitHubError(
      `Refused to write to ${target}, which is ${visibility}: this session has read ${repository}, which is ${kind}, and words of strangers in ${this.#untrusted}. Together they could carry private content out, or wrong content in.`,
      "Tell the user. A new connection starts without this memory; the option --allow-cross-visibility lifts the rule.",
    );
  }
}
