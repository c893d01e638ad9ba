/**
 * Whether a variable holds, instead of a value, the reference to itself that a host was to resolve:
 * Claude Code 2.1.332 hands on `${NAME}` where NAME is not set, as older hosts do that know no
 * references at all. `<NAME>` is what our configs say where a person has to put the value.
 */
export function isUnresolved(variable: string, value: string): boolean {
  const text = value.trim();
  const forms = [
    `\${${variable}}`,
    `\${${variable}:-}`,
    `$${variable}`,
    `\${env:${variable}}`,
    `{env:${variable}}`,
    `%${variable}%`,
    `<${variable}>`,
  ];
  return forms.includes(text) || /^\$\{input:[^}]*\}$/.test(text);
}
