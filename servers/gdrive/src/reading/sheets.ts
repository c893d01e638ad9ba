import { z } from "zod";
import type { Drive } from "../api/drive.ts";
import { cleanName } from "../api/files.ts";
import { type FileRef, toKeyHeaders } from "../api/ids.ts";
import { toCsvRow } from "../documents/csv.ts";
import { DriveError, toDriveError, toJson, toStatusError, unreadable } from "../errors.ts";

const workbook = z.object({
  sheets: z.array(z.object({ properties: z.object({ title: z.string() }) })),
});
const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const values = z.object({ values: z.array(z.array(cell)).default([]) });

/** The names of a spreadsheet's sheets, in order. */
export async function listSheets(
  drive: Drive,
  file: FileRef,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const path = `/v4/spreadsheets/${file.id}?fields=sheets.properties.title`;
  const { sheets } = await ask(drive, file, path, workbook, signal);
  return sheets.map(({ properties }) => properties.title);
}

/** The rows of a sheet or of a range in A1 notation, as CSV, with values as the sheet shows them. */
export async function readRange(
  drive: Drive,
  file: FileRef,
  { sheet, range }: { readonly sheet?: string | undefined; readonly range?: string | undefined },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const name = sheet === undefined ? undefined : `'${sheet.replaceAll("'", "''")}'`;
  const where = [name, range].filter((part) => part !== undefined).join("!");
  const path = `/v4/spreadsheets/${file.id}/values/${encodeURIComponent(where)}?valueRenderOption=FORMATTED_VALUE`;
  try {
    const { values: rows } = await ask(drive, file, path, values, signal);
    return rows.map((row) => toCsvRow(row.map((value) => String(value ?? ""))));
  } catch (error) {
    // Google's words for a sheet that is not there do not say which ones are.
    if (!(error instanceof DriveError) || error.status !== 400) throw error;
    const names = (await listSheets(drive, file, signal)).map((title) => cleanName.parse(title));
    throw new DriveError(
      `There is no ${JSON.stringify(where)} in this spreadsheet.`,
      `Its sheets: ${names.join(", ")}. A range is written as A1:D20.`,
      400,
    );
  }
}

/** The Sheets API, which alone knows sheets and ranges: Drive exports the first sheet only. */
async function ask<T>(
  drive: Drive,
  file: FileRef,
  path: string,
  shape: z.ZodType<T>,
  signal: AbortSignal,
): Promise<T> {
  const url = `${drive.sheetsUrl}${path}`;
  const text = await send(drive, url, toKeyHeaders(file), signal);
  const parsed = shape.safeParse(toJson(text));
  if (parsed.success) return parsed.data;
  throw unreadable("it is not a spreadsheet");
}

async function send(
  drive: Drive,
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<string> {
  try {
    const response = await drive.fetch(signal)(url, { headers });
    const text = await response.text();
    if (!response.ok) throw toStatusError(response.status, text);
    return text;
  } catch (error) {
    signal.throwIfAborted();
    throw toDriveError(error);
  }
}
