/** What keeps a document from becoming a server, in words for the person at the terminal. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}
