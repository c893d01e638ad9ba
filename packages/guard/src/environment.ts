/** The part of an environment that a program started from here inherits: the variables admitted by name. */
export function toInherited(
  environment: Readonly<Record<string, string | undefined>>,
  admits: (name: string) => boolean,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && admits(name)) kept[name] = value;
  }
  return kept;
}
