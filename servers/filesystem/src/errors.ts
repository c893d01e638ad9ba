/** An error about a file that the caller can do something about: the hint says what. */
export class FileError extends Error {
  override readonly name = "FileError";
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** The message of an error meant for the caller; throws any other error on. */
export function messageOf(error: unknown): string {
  if (error instanceof Error && "hint" in error) return error.message;
  throw error;
}
