/** The columns of a result as one line of JSON: `["id int4","name text"]`. */
export function formatColumns(
  columns: readonly { readonly name: string; readonly type: string }[],
): string {
  return JSON.stringify(columns.map(({ name, type }) => `${name} ${type}`));
}
