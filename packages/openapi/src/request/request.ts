import { writeBody } from "./bodies.ts";
import type { FileReader } from "./files.ts";
import { type Arguments, findArgument, type Operation } from "./operation.ts";
import { writeParameters } from "./parameters.ts";
import type { Proof } from "./security.ts";
import { toAddress } from "./servers.ts";

/** One request of an API, ready to be sent. */
export interface WrittenRequest {
  readonly method: string;
  readonly url: string;
  /** The same address without what security adds to it. */
  readonly uri: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

/** Writes the request of one call. Throws ArgumentError for arguments no request can be made of. */
export async function writeRequest(
  operation: Operation,
  args: Arguments,
  { base, proof, files }: { base: URL; proof: Proof; files: FileReader },
): Promise<WrittenRequest> {
  const parts = writeParameters(operation.path, operation.parameters ?? [], ({ argument }) =>
    findArgument(args, argument),
  );
  const body = operation.body && (await writeBody(operation.body, args, files));
  const headers = new Headers();
  for (const [name, value] of parts.headers) headers.set(name, value);
  headers.set("accept", toAccept(operation, args).join(", "));
  if (body) headers.set("content-type", body.contentType);
  const cookies = [...parts.cookies, ...proof.cookies];
  if (cookies.length > 0) headers.set("cookie", cookies.join("; "));
  for (const [name, value] of proof.headers) headers.set(name, value);
  const query = [parts.query, ...proof.query].filter((part) => part !== "").join("&");
  return {
    method: operation.method,
    url: toAddress(base, parts.path, query),
    uri: toAddress(base, parts.path, parts.query),
    headers,
    body: body?.bytes,
  };
}

/** What the answer may be: of types to choose from the one that is chosen. */
function toAccept({ accept = ["*/*"], acceptArgument }: Operation, args: Arguments) {
  if (acceptArgument === undefined) return accept;
  const chosen = findArgument(args, acceptArgument);
  return accept.filter((type, at) => (chosen === undefined ? at === 0 : type === chosen));
}
