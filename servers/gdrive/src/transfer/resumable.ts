import { findUpstreamError } from "@fairlead/upstream";
import type { Drive } from "../api/drive.ts";
import { entryFields } from "../api/files.ts";
import { type FileRef, toKeyHeaders } from "../api/ids.ts";
import { toDriveError, toJson, toStatusError, unreadable } from "../errors.ts";
import type { Source } from "./local-files.ts";
import { partSize, type TransferOptions } from "./parts.ts";

/** Tries in a row that bring nothing further. */
const maxFailures = 5;
const firstPauseMs = 250;
/** Milliseconds Google has to forget an upload that was given up. */
const farewellMs = 5_000;

/** The file that an upload makes, or whose content it replaces. */
export interface Upload {
  readonly source: Source;
  readonly mimeType: string;
  /** What is said of a new file. */
  readonly metadata?: object;
  /** The file whose content it is to be. */
  readonly file?: FileRef | undefined;
}

/**
 * Uploads content part by part (developers.google.com/workspace/drive/api/guides/manage-uploads).
 * Where the connection breaks, Google is asked how far it got; what is given up, it is told to
 * forget. Answers with the file as Google describes it.
 */
export async function uploadInParts(
  drive: Drive,
  upload: Upload,
  { signal, progress }: TransferOptions,
): Promise<unknown> {
  const session = new Session(drive, upload.source, await begin(drive, upload, signal), signal);
  try {
    return await session.finish(progress);
  } catch (error) {
    await session.abandon();
    throw error;
  }
}

/** Announces an upload; the address that is answered with takes its parts, from anyone who knows it. */
async function begin(drive: Drive, upload: Upload, signal: AbortSignal): Promise<string> {
  const { source, mimeType, metadata = {}, file } = upload;
  const url = new URL(
    `${drive.baseUrl}/upload/drive/v3/files${file === undefined ? "" : `/${file.id}`}`,
  );
  url.search = `uploadType=resumable&supportsAllDrives=true&fields=${encodeURIComponent(entryFields)}`;
  const headers = {
    ...(file && toKeyHeaders(file)),
    "content-type": "application/json; charset=UTF-8",
    "x-upload-content-type": mimeType,
    "x-upload-content-length": String(source.size),
  };
  const method = file === undefined ? "POST" : "PATCH";
  const body = JSON.stringify(metadata);
  const response = await send(drive, url, { method, headers, body }, signal);
  const text = await response.text();
  if (!response.ok) throw toStatusError(response.status, text);
  const location = URL.parse(response.headers.get("location") ?? "", url.href);
  // The parts are the file: they go where the API is and nowhere else.
  if (location === null || location.origin !== url.origin || location.href === url.href) {
    throw unreadable("it says of no place of its own where to upload");
  }
  return location.href;
}

/** What became of one request: the file, the bytes that have arrived, or nothing known. */
type Outcome =
  | { readonly state: "done"; readonly answer: unknown }
  | { readonly state: "more"; readonly received: number }
  | { readonly state: "broken"; readonly error: unknown };

/** One upload between its announcement and its end. */
class Session {
  readonly #drive: Drive;
  readonly #source: Source;
  readonly #url: string;
  readonly #signal: AbortSignal;

  constructor(drive: Drive, source: Source, url: string, signal: AbortSignal) {
    this.#drive = drive;
    this.#source = source;
    this.#url = url;
    this.#signal = signal;
  }

  /** Sends what is missing until the file is there. */
  async finish(progress: TransferOptions["progress"]): Promise<unknown> {
    let received = 0;
    let known = true;
    let failures = 0;
    for (;;) {
      const outcome: Outcome = await (known ? this.#send(received) : this.#ask());
      if (outcome.state === "done") return outcome.answer;
      if (outcome.state === "more" && outcome.received > received) {
        failures = 0;
        progress(outcome.received, this.#source.size);
      } else if (outcome.state === "broken" || known) {
        failures += 1;
        if (failures > maxFailures) throw toReason(outcome);
        await this.#drive.pause(firstPauseMs * 2 ** failures, this.#signal);
      }
      known = outcome.state === "more" && outcome.received < this.#source.size;
      if (outcome.state === "more") received = outcome.received;
    }
  }

  /** Lets Google forget what it has of an upload that comes to nothing. */
  async abandon(): Promise<void> {
    const headers = { "content-length": "0" };
    const signal = AbortSignal.timeout(farewellMs);
    await send(this.#drive, this.#url, { method: "DELETE", headers }, signal).then(
      (response) => response.body?.cancel(),
      // It forgets by itself within a week.
      () => {},
    );
  }

  async #send(start: number): Promise<Outcome> {
    const { size } = this.#source;
    const end = Math.min(start + partSize, size);
    const body = await this.#source.read(start, end);
    return this.#put(`bytes ${start}-${end - 1}/${size}`, body);
  }

  #ask(): Promise<Outcome> {
    return this.#put(`bytes */${this.#source.size}`, undefined);
  }

  async #put(range: string, body: Uint8Array<ArrayBuffer> | undefined): Promise<Outcome> {
    const headers = { "content-range": range };
    // A redirect would take the file to another place.
    const init = { method: "PUT", headers, redirect: "manual", ...(body && { body }) } as const;
    try {
      const response = await send(this.#drive, this.#url, init, this.#signal);
      const text = await response.text();
      if (response.ok) return { state: "done", answer: toJson(text) };
      if (response.status === 308) return toReceived(response, this.#source.size);
      const error = toStatusError(response.status, text);
      if (response.status < 500) throw error;
      return { state: "broken", error };
    } catch (error) {
      this.#signal.throwIfAborted();
      const lost = findUpstreamError(error);
      if (lost?.kind !== "unreachable" && lost?.kind !== "timeout") throw error;
      return { state: "broken", error };
    }
  }
}

/** How much has arrived, by a Range header; without one it is nothing. */
function toReceived({ headers }: Response, size: number): Outcome {
  const range = headers.get("range");
  if (range === null) return { state: "more", received: 0 };
  const received = Number(/^bytes=0-(\d{1,15})$/.exec(range)?.[1] ?? Number.NaN) + 1;
  if (received <= size) return { state: "more", received };
  throw unreadable("it says of no part of the file that it has arrived");
}

function toReason(outcome: Exclude<Outcome, { state: "done" }>): unknown {
  return outcome.state === "broken" ? outcome.error : unreadable("it takes no further part");
}

async function send(
  drive: Drive,
  url: string | URL,
  init: RequestInit,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await drive.send(signal, url, init);
  } catch (error) {
    signal.throwIfAborted();
    throw toDriveError(error);
  }
}
