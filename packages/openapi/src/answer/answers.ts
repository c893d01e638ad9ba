import type { Clock } from "@fairlead/upstream";
import type { Operation } from "../request/operation.ts";
import { parseJson } from "../values/digits.ts";
import { fitJson } from "../values/fit.ts";
import { isJson } from "../values/form.ts";
import { selectFields } from "../values/select.ts";
import { receiveBody } from "./answer-body.ts";
import { listHeaders } from "./answer-headers.ts";
import { toNext } from "./next.ts";

/** What an API answered, as a reader can use it. */
export type Answer = { readonly notices: readonly string[] } & (
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "image" | "audio"; readonly bytes: Uint8Array; readonly type: string }
  | {
      readonly kind: "blob";
      readonly uri: string;
      readonly name: string;
      readonly bytes: Uint8Array;
      readonly type: string;
    }
  /** Too large to hand over: where it is. */
  | {
      readonly kind: "link";
      readonly uri: string;
      readonly name: string;
      readonly size: number;
      readonly type: string;
    }
);

export interface ReadOptions {
  /** Characters of text the answer may hold. */
  readonly budget: number;
  /** The fields to keep of a JSON answer; all where there are none. */
  readonly fields?: readonly string[];
  /** The address of the answer, without credentials. */
  readonly uri: string;
  readonly signal: AbortSignal;
  /** The ETag of an answer is told. */
  readonly etags?: boolean;
  readonly clock: Pick<Clock, "sleep">;
}

/** Pictures and sounds up to this size are shown; larger ones are files. */
const largestShown = 1024 * 1024;
/** Files up to this size are handed over; of larger ones only the address is. */
const largestFile = 16 * 1024 * 1024;

/** Reads an answer that is not an error. */
export async function readAnswer(
  operation: Operation,
  response: Response,
  { budget, fields = [], uri, signal, clock, etags = false }: ReadOptions,
): Promise<Answer> {
  const type = (response.headers.get("content-type") ?? "").trim();
  const enough = budget * 2;
  const { bytes, cut } = await receiveBody(response, { type, clock, signal, enough });
  const headers = listHeaders(operation, response, { etags });
  const notices = [...headers, ...(cut === undefined ? [] : [cut])];
  if (bytes.length === 0 && cut === undefined) return toNothing(response, headers);
  const text = toText(type, bytes);
  const value = text === undefined ? undefined : toJson(type, text);
  if (value !== undefined) {
    const next = toNext(operation, response, value);
    const said = [...notices, ...(next === undefined ? [] : [next])];
    const room = said.reduce((sum, notice) => sum + notice.length + 8, 0);
    const fitted = fitJson(selectFields(value, fields), budget - room);
    // The next page begins behind what was cut: going there would lose it.
    const last = fitted.notice ?? next;
    const more = last === undefined ? [] : [last];
    return { kind: "text", text: fitted.text, notices: [...notices, ...more] };
  }
  if (text !== undefined) return { kind: "text", text, notices };
  const bare = type.replace(/;.*$/, "").trim() || "application/octet-stream";
  return toBytes(bare, bytes, { uri, notices });
}

/** An answer without a body is its status and its headers. */
function toNothing({ status, statusText }: Response, headers: readonly string[]): Answer {
  const words = `${status} ${statusText}`.trim();
  const lines = headers.length === 1 ? ` ${headers[0]}` : headers.map((one) => `\n${one}`).join("");
  return { kind: "text", text: `Done (${words}), with nothing to read.${lines}`, notices: [] };
}

function toBytes(
  type: string,
  bytes: Uint8Array,
  { uri, notices }: { readonly uri: string; readonly notices: readonly string[] },
): Answer {
  const media = /^(image|audio)\//.exec(type)?.[1];
  const isShown = bytes.length <= largestShown && (media === "image" || media === "audio");
  if (isShown) return { kind: media, bytes, type, notices };
  const name = uri.replace(/[?#].*$/, "").replace(/^.*\//, "") || "answer";
  return bytes.length > largestFile
    ? { kind: "link", uri, name, size: bytes.length, type, notices }
    : { kind: "blob", uri, name, bytes, type, notices };
}

/** The text of an answer; undefined for what is none. */
function toText(type: string, bytes: Uint8Array): string | undefined {
  const textual =
    type === "" ||
    isJson(type) ||
    /^(?:text\/|application\/(?:[\w.+-]*\+)?(?:xml|yaml|x-yaml|javascript|graphql|sql|toml|x-ndjson|jsonl|x-www-form-urlencoded)\b|image\/svg\+xml)/i.test(
      type,
    );
  if (!textual) return undefined;
  const charset = /;\s*charset="?([\w-]+)/i.exec(type)?.[1] ?? "utf-8";
  try {
    // What does not say that it is text has to prove it.
    return new TextDecoder(charset, { fatal: type === "" }).decode(bytes);
  } catch {
    return type === "" ? undefined : new TextDecoder().decode(bytes);
  }
}

/** The value of a JSON answer; undefined where it is not JSON, whatever it says. */
function toJson(type: string, text: string): unknown {
  if (!isJson(type) && type !== "") return undefined;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
