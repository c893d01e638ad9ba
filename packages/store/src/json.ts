/** An object that JSON can hold. */
export type Json = { readonly [key: string]: unknown };
