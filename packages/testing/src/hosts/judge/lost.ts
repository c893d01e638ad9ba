import type { Call } from "../call.ts";
import type { Shown } from "../dialects/dialect.ts";
import type { Payload } from "./payload.ts";

export interface Verdict {
  readonly total: number;
  readonly lost: readonly string[];
}

export interface CallVerdict extends Verdict {
  readonly host: string;
  readonly call: Call;
  /** How what the host showed instead begins. */
  readonly instead: string;
}

/** What of a payload a host did not show its model. */
export function findLost(payload: Payload, shown: Shown | undefined): Verdict {
  const total = Math.max(payload.pieces.length + payload.pictures.length, 1);
  if (shown === undefined) return { total, lost: ["the whole answer"] };
  const texts = shown.texts.flatMap(toReadings).map((text) => text.toLowerCase());
  const pieces = payload.pieces.filter(
    (piece) => !toForms(piece).some((form) => texts.some((text) => holds(text, form))),
  );
  const left = [...shown.pictures];
  const pictures = payload.pictures.flatMap((picture, index) => {
    const found = picture === undefined ? 0 : left.indexOf(picture);
    if (found < 0 || left.length === 0) return [`picture ${index + 1}`];
    left.splice(found, 1);
    return [];
  });
  return { total, lost: [...pieces, ...pictures] };
}

/** A rendering may group the digits of a number, and write a name in capitals. */
function toForms(piece: string): readonly string[] {
  const form = piece.toLowerCase();
  return /^\d{4,}$/.test(form) ? [form, Number(form).toLocaleString("en-US")] : [form];
}

/** A text, and what it says where it is JSON, or JSON inside of JSON. */
function toReadings(text: string): readonly string[] {
  const readings = [text];
  for (let depth = 0; depth < 4; depth += 1) {
    const inner = readEscapes(readings.at(-1) ?? "");
    if (inner === readings.at(-1)) break;
    readings.push(inner);
  }
  return readings;
}

const escapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

function readEscapes(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))/g, (_, code?: string, sign = "") =>
    code === undefined ? (escapes[sign] ?? sign) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Whether a text has a piece. Short ones have to stand alone: a 7 is not in 17. */
export function holds(text: string, piece: string): boolean {
  if (piece.length > 8) return text.includes(piece);
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1)) {
    const joins = (one: string | undefined, other: string | undefined) =>
      /[\p{L}\p{N}]/u.test(one ?? "") && /[\p{L}\p{N}]/u.test(other ?? "");
    const end = at + piece.length;
    if (!joins(text[at - 1], piece[0]) && !joins(piece.at(-1), text[end])) return true;
  }
  return false;
}
