import type { Surface } from "@fairlead/define";
import type { Caller } from "../rules/caller.ts";
import { compileRules, type Rule, type Rules } from "../rules/rules.ts";
import type { Parse } from "./parse.ts";

/** The rules of a policy file as it was last read. */
export class Policy {
  readonly #surface: Surface;
  readonly #parse: Parse;
  #text: string;
  #rules: Rules;

  /** Throws PolicyFileError for a text that cannot be used. */
  constructor(surface: Surface, parse: Parse, text: string) {
    this.#surface = surface;
    this.#parse = parse;
    this.#text = text;
    this.#rules = compileRules(surface, parse(text));
  }

  get rules(): Rules {
    return this.#rules;
  }

  /** The rule that a caller falls under now. */
  of(caller: Caller): Rule {
    return this.#rules.of(caller);
  }

  /**
   * Replaces the rules by those of the file's new text. Gives false if the text did not change. Throws
   * PolicyFileError for a text that cannot be used, and keeps the old rules.
   */
  replace(text: string): boolean {
    if (text === this.#text) return false;
    this.#rules = compileRules(this.#surface, this.#parse(text));
    this.#text = text;
    return true;
  }
}
