import { revealName } from "@fairlead/guard";

/** A name or path for a line of text: what could forge lines or hide in it is shown as `\\u{A}`. */
export function showName(name: string): string {
  return revealName(name);
}
