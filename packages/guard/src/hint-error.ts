/**
 * An error its caller can act on: the message says what was wrong and with which value, the hint what
 * to do next. A client reads both as they are, so neither may hold a secret. Domain code derives its
 * own errors from this one.
 */
export class HintError extends Error {
  override readonly name: string = "HintError";
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}
