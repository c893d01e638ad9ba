import type { Option } from "@fairlead/runtime";
import type { Located, Path } from "./yaml.ts";

/** Where problems of a config file are, and how they are said there. */
export class Places {
  readonly #file: string;
  readonly #document: Located;
  /** The place of each server in the file, and its options. */
  readonly #servers = new Map<string, { readonly at: Path; readonly options: readonly Option[] }>();
  readonly #common: readonly Option[];

  constructor(file: string, document: Located, common: readonly Option[]) {
    this.#file = file;
    this.#document = document;
    this.#common = common;
  }

  /** Makes known the server at a place of the file. */
  add(name: string, at: Path, own: readonly Option[]): void {
    this.#servers.set(name, { at, options: [...own, ...this.#common] });
  }

  /** A problem of what stands at a path, or else of what stands around it. */
  at(path: Path, problem: string): string {
    return `${this.#file}:${this.#findLine(path)}: ${problem}`;
  }

  /**
   * A problem as the runtime tells it, of flags: here it is told of the keys of the file, and on the line
   * of the first of them that the file has.
   */
  readonly place = (problem: string, name?: string): string => {
    const server = name === undefined ? undefined : this.#servers.get(name);
    const options = server?.options ?? this.#common;
    const named = options.filter(({ flag }) => toPattern(flag).test(problem));
    const first = named.toSorted(byPosition(problem))[0]?.key;
    const text = named.reduce(
      (said, { flag, key }) => said.replaceAll(toPattern(flag, "g"), key),
      problem,
    );
    const around = server?.at ?? [];
    const isOwn = first !== undefined && this.#document.lineOf([...around, first]) !== undefined;
    const isOfAll = !isOwn && first !== undefined && this.#document.lineOf([first]) !== undefined;
    if (isOfAll) return this.at([first], text);
    return this.at(
      isOwn ? [...around, first] : around,
      name === undefined ? text : `${name}: ${text}`,
    );
  };

  #findLine(path: Path): number {
    const line = this.#document.lineOf(path);
    if (line !== undefined) return line;
    return path.length === 0 ? 1 : this.#findLine(path.slice(0, -1));
  }
}

function byPosition(problem: string): (one: Option, other: Option) => number {
  return (one, other) =>
    problem.search(toPattern(one.flag)) - problem.search(toPattern(other.flag));
}

/** The flag, and not another that begins or ends with it. */
function toPattern(flag: string, flags = ""): RegExp {
  return new RegExp(`(?<![\\w-])${flag}(?![\\w-])`, flags);
}
