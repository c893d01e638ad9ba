/** Asks the emulator as the user a token belongs to. */
export type Emulator = (
  token: string,
  method: string,
  path: string,
  body?: unknown,
) => Promise<GapAnswer>;

export interface GapAnswer {
  readonly status: number;
  readonly data: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface GapRequest {
  readonly method: string;
  readonly url: URL;
  readonly token: string;
  readonly login: string;
  readonly body: unknown;
}

export type Json = { readonly [key: string]: unknown };

export const notFound: GapAnswer = { status: 404, data: { message: "Not Found" } };

export function toJson(value: unknown): Json {
  return isJson(value) ? value : {};
}

export function toList(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
