import { isRecord } from "@fairlead/guard/record";

/** Of a document: keys, metadata or what an introspection says. */
const maxBytes = 512 * 1024;
const timeoutMs = 5_000;

/** The authorization server cannot be reached, so it is unknown whether a token is valid. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** Fetches a JSON object with limits on time and size, if the status is one of `statuses`. Does not follow redirects. */
export async function askJson(
  url: URL,
  init: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly statuses?: readonly number[];
  } = {},
): Promise<Readonly<Record<string, unknown>>> {
  let said: unknown;
  const { statuses = [200], ...request } = init;
  try {
    const response = await fetch(url, {
      ...request,
      headers: { accept: "application/json", ...request.headers },
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await readText(response, url);
    if (!statuses.includes(response.status))
      throw new NoAnswer(`${toPlain(url)} answers ${response.status}.`);
    said = JSON.parse(text);
  } catch (error) {
    if (error instanceof NoAnswer) throw error;
    const why =
      error instanceof SyntaxError ? "answers with something other than JSON" : toWhy(error);
    throw new NoAnswer(`${toPlain(url)} ${why}.`, { cause: error });
  }
  if (isRecord(said)) return said;
  throw new NoAnswer(`${toPlain(url)} answers with JSON that is not an object.`);
}

async function readText({ body }: Response, url: URL): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw new NoAnswer(`${toPlain(url)} answers with over ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function toWhy(error: unknown): string {
  if (!(error instanceof Error)) return "cannot be reached";
  if (error.name === "TimeoutError") return `does not answer within ${timeoutMs / 1_000} seconds`;
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return `cannot be reached${code}`;
}

/** A URL without its query, which may hold secrets. */
function toPlain({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}
