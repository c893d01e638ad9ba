import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { listen, type Place, type SignInPlace } from "../listen.ts";
import { readUpload, type Upload } from "../multipart.ts";
import { type Answer, refuse } from "./answers.ts";
import { Description, type Operation } from "./description.ts";
import driveApi from "./drive-v3.json" with { type: "json" };
import { applyMask } from "./field-mask.ts";
import { FakeFiles } from "./files.ts";
import { operations } from "./operations.ts";
import sheetsApi from "./sheets-v4.json" with { type: "json" };
import { FakeUploads } from "./uploads.ts";

/** A request the fake was sent. */
export interface Seen {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** What happens to a request instead of an answer: true when it has been dealt with. */
export type Intercept = (seen: Seen, response: ServerResponse) => boolean;

/**
 * A Google Drive of a test's own on loopback, with the Sheets API next to it. It holds files, knows
 * who may see them and what a token is good for, and holds every request and every answer against
 * Google's own discovery documents (revisions in the JSON files next to this): what does not fit is
 * a problem, and `close` throws it. It is an emulator: what it does not know, Google may do.
 */
export interface FakeDrive {
  readonly url: string;
  readonly files: FakeFiles;
  readonly seen: readonly Seen[];
  readonly problems: readonly string[];
  /** Lets a token in, as somebody and for some scopes (`drive`, `drive.readonly`, …). */
  allow(token: string, user: string, scopes: readonly string[]): void;
  revoke(token: string): void;
  /** Asked before each request is answered. */
  intercept: Intercept | undefined;
  /** Uploads in parts. */
  readonly uploads: FakeUploads;
  /** Asked after a request was carried out: true breaks the connection instead of answering. */
  breakOff: ((seen: Seen) => boolean) | undefined;
  /** Throws for what did not fit Google's description. */
  close(): Promise<void>;
}

const descriptions = [new Description(driveApi), new Description(sheetsApi)];

/** Starts one, on loopback unless it is given another place. */
export async function createFakeDrive(place?: Place, signIn?: SignInPlace): Promise<FakeDrive> {
  const tokens = new Map<string, { readonly user: string; readonly scopes: readonly string[] }>();
  const seen: Seen[] = [];
  const problems: string[] = [];
  const files = new FakeFiles();
  const uploads = new FakeUploads(problems);

  const answer = (request: Seen): Answer => {
    const { method, url, headers, body } = request;
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
    const caller = tokens.get(token);
    if (caller === undefined) return refuse(401, "authError", "Invalid Credentials");
    const session = url.searchParams.get("upload_id");
    if (session !== null) {
      return uploads.answer(method, session, headers["content-range"], body);
    }
    const found = descriptions
      .map((description) => ({ description, operation: description.match(method, url.pathname) }))
      .find(({ operation }) => operation !== undefined);
    const operation = found?.operation;
    if (found === undefined || operation === undefined) {
      problems.push(`${method} ${url.pathname} is not a method of Google's description`);
      return refuse(404, "notFound", "Not Found");
    }
    const type = headers["content-type"] ?? "";
    const inParts = url.searchParams.get("uploadType") === "resumable";
    const alone = url.pathname.startsWith("/upload/") && !inParts ? "media" : "metadata";
    const upload = readUpload(type, body, alone);
    problems.push(...found.description.findRequestProblems(operation, url, upload.metadata));
    // One method serves metadata and content alike, but scopes for metadata open no content.
    const content = url.searchParams.get("alt") === "media" || url.pathname.startsWith("/upload/");
    const scopes = operation.method.scopes.filter((scope) => !content || !/metadata/.test(scope));
    if (!scopes.some((scope) => caller.scopes.includes(scope))) {
      const message = "Request had insufficient authentication scopes.";
      return refuse(403, "insufficientPermissions", message);
    }
    const { searchParams: query } = url;
    const { params } = operation;
    const finish = (upload: Upload) => {
      const asked = { files, ...caller, query, params, headers, upload };
      const full = operations[operation.id]?.(asked) ?? refuse(500, "backendError", "no operation");
      return mask(full, found.description, operation, query);
    };
    if (!inParts) return finish(upload);
    const size = Number(headers["x-upload-content-length"]);
    const media = headers["x-upload-content-type"];
    if (!(size > 0) || typeof media !== "string")
      problems.push("an upload of unknown size or type");
    const { metadata } = upload;
    const id = uploads.begin({ metadata, type: String(media), size, finish });
    const location = new URL(url.href.replace(url.origin, fake.url));
    location.searchParams.set("upload_id", id);
    return { status: 200, headers: { location: location.href }, bytes: Buffer.alloc(0) };
  };

  /** An answer held against the description and reduced to the fields that were asked for. */
  const mask = (
    full: Answer,
    description: Description,
    operation: Operation,
    query: URLSearchParams,
  ): Answer => {
    if (full.status !== 200 || full.bytes !== undefined) return full;
    problems.push(...description.findResponseProblems(operation, full.body));
    const fields = query.get("fields");
    if (fields === null && operation.id !== "spreadsheets.values.get") {
      problems.push(`${operation.id} is asked without a mask of fields`);
    }
    if (fields === null) return full;
    try {
      return { ...full, body: applyMask(full.body, fields) };
    } catch (error) {
      problems.push(`${operation.id}: fields=${fields} is not a mask`);
      return refuse(400, "invalidParameter", String(error));
    }
  };

  const { url, close } = await listen(async (request, response) => {
    if (signIn?.has(request)) return signIn.handle(request, response);
    const url = new URL(request.url ?? "/", "http://drive.test");
    const { method = "GET", headers } = request;
    const one: Seen = { method, url, headers, body: await buffer(request) };
    seen.push(one);
    if (fake.intercept?.(one, response)) return;
    try {
      const given = answer(one);
      if (fake.breakOff?.(one)) response.destroy();
      else send(response, given);
    } catch (error) {
      problems.push(String(error));
      send(response, refuse(400, "badRequest", String(error)));
    }
  }, place);
  const fake: FakeDrive = {
    url,
    files,
    seen,
    problems,
    intercept: undefined,
    uploads,
    breakOff: undefined,
    allow: (token, user, scopes) => void tokens.set(token, { user, scopes }),
    revoke: (token) => void tokens.delete(token),
    async close() {
      await close();
      if (problems.length > 0)
        throw new Error(`Not as Google describes it:\n${problems.join("\n")}`);
    },
  };
  return fake;
}

function send(
  response: ServerResponse,
  { status, body, bytes, type, headers: more }: Answer,
): void {
  if (bytes !== undefined) {
    const headers = { "content-type": type ?? "application/octet-stream", ...more };
    response.writeHead(status, headers).end(bytes);
  } else {
    const headers = { "content-type": "application/json; charset=UTF-8" };
    response.writeHead(status, headers).end(JSON.stringify(body));
  }
}
