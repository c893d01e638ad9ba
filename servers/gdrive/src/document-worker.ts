import { parentPort, workerData } from "node:worker_threads";
import type { Answer, DocumentText, Question } from "./documents.ts";
import { DriveError } from "./errors.ts";
import { readPdf, readPowerPoint, readWord } from "./office.ts";
import { readExcel } from "./spreadsheet.ts";

async function read({ kind, bytes, sheet }: Question): Promise<DocumentText> {
  if (kind === "excel") return { text: "", ...readExcel(bytes, sheet) };
  const reader = { word: readWord, powerpoint: readPowerPoint, pdf: readPdf }[kind];
  return { text: await reader(bytes), rows: [], sheets: [] };
}

const answer: Answer = await read(workerData).catch((error: unknown) => {
  if (!(error instanceof DriveError)) throw error;
  return { message: error.message, hint: error.hint };
});
parentPort?.postMessage(answer);
