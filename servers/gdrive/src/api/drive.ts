import { setTimeout as sleep } from "node:timers/promises";
import type { Clock, Fetch, Upstream } from "@fairlead/upstream";
import type { drive_v3 } from "@googleapis/drive";
import type { z } from "zod";
import type { Credentials } from "../auth/credentials.ts";
import { toDriveError, unreadable } from "../errors.ts";
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
  /** Stands in for time, in tests. */
  readonly clock?: Pick<Clock, "sleep">;
}

type Work = (api: drive_v3.Drive, options: CallOptions) => PromiseLike<{ readonly data: unknown }>;

/** One account's Drive: Google's client for one call at a time, on the server's own way there. */
export class Drive {
  readonly credentials: Credentials;
  readonly baseUrl: string;
  readonly sheetsUrl: string;
  readonly #upstream: Upstream;
  readonly #clock: Pick<Clock, "sleep"> | undefined;

  constructor({ upstream, credentials, baseUrl, sheetsUrl, clock }: DriveOptions) {
    this.#upstream = upstream;
    this.credentials = credentials;
    this.baseUrl = baseUrl;
    this.sheetsUrl = sheetsUrl;
    this.#clock = clock;
  }

  /** Asks for JSON, which must have this shape. */
  async ask<T>(
    signal: AbortSignal,
    shape: z.ZodType<T>,
    work: Work,
    file: FileRef = { id: "" },
  ): Promise<T> {
    return readAnswer(shape, await this.#call(signal, work, file));
  }

  /** Asks for the bytes of a file or an export. */
  async bytes(signal: AbortSignal, work: Work, file: FileRef): Promise<Uint8Array<ArrayBuffer>> {
    const data = await this.#call(signal, work, file);
    if (data instanceof ArrayBuffer) return new Uint8Array(data);
    throw unreadable("it is not a file");
  }

  /** A fetch that bears this account's token and ends with the call. */
  fetch(signal: AbortSignal): Fetch {
    return async (input, init) => {
      const request = new Request(input, init);
      const { method, headers, redirect } = request;
      const body = request.body === null ? null : await request.arrayBuffer();
      return this.send(signal, request.url, { method, headers, redirect, body });
    };
  }

  /** The same for one request whose body is whole, so that it can be sent with a fresh token too. */
  async send(signal: AbortSignal, url: string | URL, init: RequestInit): Promise<Response> {
    const go = (token: string) => {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${token}`);
      return this.#upstream.during(signal)(url, { ...init, headers });
    };
    const token = await this.credentials.token();
    const response = await go(token);
    if (response.status !== 401) return response;
    const fresh = await this.credentials.token(token);
    if (fresh === token) return response;
    await response.body?.cancel();
    return go(fresh);
  }

  /** Waits before something is tried again. */
  async pause(ms: number, signal: AbortSignal): Promise<void> {
    await (this.#clock?.sleep(ms, signal) ?? sleep(ms, undefined, { signal }));
  }

  async #call(signal: AbortSignal, work: Work, file: FileRef): Promise<unknown> {
    const { drive } = await import("@googleapis/drive");
    // Given with each call: the client forgets its own rootUrl when it uploads.
    const options = { rootUrl: `${this.baseUrl}/`, headers: toKeyHeaders(file) };
    const api = drive({ version: "v3", retry: false, fetchImplementation: this.fetch(signal) });
    try {
      return (await work(api, options)).data;
    } catch (error) {
      signal.throwIfAborted();
      throw toDriveError(error);
    }
  }
}

/** Google's answer, which must have this shape. Throws DriveError for any other. */
export function readAnswer<T>(shape: z.ZodType<T>, data: unknown): T {
  const parsed = shape.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unreadable(`${issue?.path.join(".") || "the whole"} is not what it should be`);
}
