/** A text that shows whether it is whole: every line carries its version. */
export function wholeText(version: number): string {
  return `${`written as ${version}\n`.repeat(2000)}end of ${version}\n`;
}

/** The version of a whole text; undefined for a torn one. */
export function versionOf(text: string): number | undefined {
  const version = Number(/end of (\d+)\n$/.exec(text)?.[1]);
  return text === wholeText(version) ? version : undefined;
}

const padding = "a line that stays\n".repeat(1000);

export function editedText(version: number): string {
  return `${padding}version ${version}\n${padding}`;
}

/** The version of an edited text; undefined for a torn one. */
export function editedVersionOf(text: string): number | undefined {
  const version = Number(/^version (\d+)$/m.exec(text)?.[1]);
  return text === editedText(version) ? version : undefined;
}
