export type Checked = { readonly value: unknown } | { readonly problems: readonly string[] };

/** Checks a value against a schema and says every problem in words for the model. */
export type Check = (value: unknown) => Checked;
