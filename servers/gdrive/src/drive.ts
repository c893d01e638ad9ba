import type { Fetch, Upstream } from "@fairlead/runtime/upstream";
import type { drive_v3 } from "@googleapis/drive";
import type { z } from "zod";
import type { Credentials } from "./credentials.ts";
import { toDriveError, unreadable } from "./errors.ts";
import { type FileRef, toKeyHeaders } from "./ids.ts";

/** The options Google's client takes for one call. */
export interface CallOptions {
  readonly rootUrl: string;
  readonly headers: Record<string, string>;
}

export interface DriveOptions {
  readonly upstream: Upstream;
  readonly credentials: Credentials;
  /** Origin of the API, without a slash at the end. */
  readonly baseUrl: string;
  /** Origin of the Sheets API. */
  readonly sheetsUrl: string;
}

type Work = (api: drive_v3.Drive, options: CallOptions) => PromiseLike<{ readonly data: unknown }>;

/** One account's Drive: Google's client for one call at a time, on the server's own way there. */
export class Drive {
  readonly credentials: Credentials;
  readonly sheetsUrl: string;
  readonly #upstream: Upstream;
  readonly #baseUrl: string;

  constructor({ upstream, credentials, baseUrl, sheetsUrl }: DriveOptions) {
    this.#upstream = upstream;
    this.credentials = credentials;
    this.#baseUrl = baseUrl;
    this.sheetsUrl = sheetsUrl;
  }

  /** Asks for JSON, which must have this shape. */
  async ask<T>(
    signal: AbortSignal,
    shape: z.ZodType<T>,
    work: Work,
    file: FileRef = { id: "" },
  ): Promise<T> {
    const data = await this.#call(signal, work, file);
    const parsed = shape.safeParse(data);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw unreadable(`${issue?.path.join(".") || "the whole"} is not what it should be`);
  }

  /** Asks for the bytes of a file or an export. */
  async bytes(signal: AbortSignal, work: Work, file: FileRef): Promise<Uint8Array<ArrayBuffer>> {
    const data = await this.#call(signal, work, file);
    if (data instanceof ArrayBuffer) return new Uint8Array(data);
    throw unreadable("it is no file");
  }

  /** A fetch that bears this account's token and ends with the call. */
  fetch(signal: AbortSignal): Fetch {
    const send = this.#upstream.during(signal);
    return async (input, init) => {
      const request = new Request(input, init);
      const body = request.body === null ? null : await request.arrayBuffer();
      const go = (token: string) => {
        const headers = new Headers(request.headers);
        headers.set("authorization", `Bearer ${token}`);
        return send(request.url, { method: request.method, headers, body });
      };
      const token = await this.credentials.token();
      const response = await go(token);
      if (response.status !== 401) return response;
      const fresh = await this.credentials.token(token);
      if (fresh === token) return response;
      await response.body?.cancel();
      return go(fresh);
    };
  }

  async #call(signal: AbortSignal, work: Work, file: FileRef): Promise<unknown> {
    const { drive } = await import("@googleapis/drive");
    // Given with each call: the client forgets its own rootUrl when it uploads.
    const options = { rootUrl: `${this.#baseUrl}/`, headers: toKeyHeaders(file) };
    const api = drive({ version: "v3", retry: false, fetchImplementation: this.fetch(signal) });
    try {
      return (await work(api, options)).data;
    } catch (error) {
      signal.throwIfAborted();
      throw toDriveError(error);
    }
  }
}
