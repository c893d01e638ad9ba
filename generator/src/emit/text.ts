/** JSON as packages hold it. */
export function toText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
