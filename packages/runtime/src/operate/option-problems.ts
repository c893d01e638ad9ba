/** Options that ask for what cannot be had: the process ends with every reason, and with no stack. */
export class OptionProblems extends Error {
  override readonly name = "OptionProblems";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}
