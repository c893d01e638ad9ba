import { HintError } from "@fairlead/guard";

/** An error about a file that the caller can do something about: the hint says what. */
export class FileError extends HintError {
  override readonly name = "FileError";
}

/** The message of an error meant for the caller; throws any other error on. */
export function messageOf(error: unknown): string {
  if (error instanceof Error && "hint" in error) return error.message;
  throw error;
}
