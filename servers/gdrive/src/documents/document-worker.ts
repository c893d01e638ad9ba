import { parentPort, workerData } from "node:worker_threads";
import { DriveError } from "../errors.ts";
import type { Answer, DocumentText, Question } from "./documents.ts";
import { readPdf, readPowerPoint } from "./office.ts";
import { readExcel } from "./spreadsheet.ts";
import { readWord } from "./word.ts";
import { Zip } from "./zip.ts";

async function read({ kind, bytes, sheet }: Question): Promise<DocumentText> {
  if (kind === "excel") return { text: "", ...readExcel(bytes, sheet) };
  if (kind === "word") return { text: readWord(new Zip(bytes)), rows: [], sheets: [] };
  const reader = { powerpoint: readPowerPoint, pdf: readPdf }[kind];
  return { text: await reader(bytes), rows: [], sheets: [] };
}

const answer: Answer = await read(workerData).catch((error: unknown) => {
  if (!(error instanceof DriveError)) throw error;
  return { message: error.message, hint: error.hint };
});
parentPort?.postMessage(answer);
