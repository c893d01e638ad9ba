import { Worker } from "node:worker_threads";
import { DriveError } from "../errors.ts";

/** The kinds of file whose text is unpacked from them. */
export type DocumentKind = "word" | "excel" | "powerpoint" | "pdf";

export interface Question {
  readonly kind: DocumentKind;
  readonly bytes: Uint8Array;
  /** Of an Excel file; the first unless one is named. */
  readonly sheet?: string | undefined;
}

/** What a document says: its text, or a sheet's rows and the names of all sheets. */
export interface DocumentText {
  readonly text: string;
  readonly rows: readonly string[];
  readonly sheets: readonly string[];
}

/** What the thread answers: the text, or an error in words for a reader. */
export type Answer = DocumentText | { readonly message: string; readonly hint: string };

/** Milliseconds a document may take to be unpacked. */
const deadlineMs = 30_000;
/** Bytes the thread may take for it, and the milliseconds between two looks at them. */
const maxBytes = 512 * 1024 * 1024;
const watchMs = 25;

/**
 * Reads the text of a document in a thread of its own, which is ended when its memory or its time is
 * up: a small file of a stranger's can unpack to anything, and never end.
 */
export async function readDocument(question: Question, signal: AbortSignal): Promise<DocumentText> {
  signal.throwIfAborted();
  // The built worker lies next to every built file that could hold this code.
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./document-worker.${extension}`, import.meta.url), {
    workerData: question,
    // What a library prints has no place in the protocol's stream.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: maxBytes / 1024 ** 2 },
  });
  const { promise, resolve, reject } = Promise.withResolvers<DocumentText>();
  const watch = setInterval(async () => {
    // V8 limits the heap itself, and not the buffers next to it.
    const used = await worker.getHeapStatistics().catch(() => undefined);
    if (used && used.external_memory + used.malloced_memory > maxBytes) reject(tooLarge());
  }, watchMs);
  const timer = setTimeout(() => reject(tooLarge()), deadlineMs);
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  worker.once("message", (answer: Answer) => {
    if ("hint" in answer) reject(new DriveError(answer.message, answer.hint));
    else resolve(answer);
  });
  worker.once("error", (error) => {
    const outOfMemory = "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
    reject(outOfMemory ? tooLarge() : error);
  });
  try {
    return await promise;
  } finally {
    clearInterval(watch);
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    await worker.terminate();
  }
}

function tooLarge(): DriveError {
  return new DriveError(
    "The file unpacks to more than can be read here.",
    "Open its link, or download it with download_file_content.",
  );
}
