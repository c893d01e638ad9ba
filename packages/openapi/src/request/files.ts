import { basename, extname } from "node:path";
import { createPathGuard, withFile } from "@fairlead/guard";
import { ArgumentError } from "../values/errors.ts";

/** A file to upload. */
export interface FileContent {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Gives the content of the files that arguments name. */
export interface FileReader {
  /** Reads one file; throws ArgumentError for one that may not be read or is too large. */
  read(path: string): Promise<FileContent>;
}

/** Where the files of arguments may lie, and how large they may be. */
export interface FileReaderOptions {
  /** Where files may lie, with everything below; nowhere by default. */
  readonly directories?: readonly string[];
  /** Bytes a file may have; 32 MiB by default. */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 32 * 1024 * 1024;
const unknownType = "application/octet-stream";

const types: Readonly<Record<string, string>> = {
  ".csv": "text/csv",
  ".gif": "image/gif",
  ".htm": "text/html",
  ".html": "text/html",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".json": "application/json",
  ".jsonl": "application/jsonl",
  ".md": "text/markdown",
  ".mp3": "audio/mpeg",
  ".mp4": "video/mp4",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain",
  ".wav": "audio/wav",
  ".webp": "image/webp",
  ".xml": "application/xml",
  ".yaml": "application/yaml",
  ".yml": "application/yaml",
  ".zip": "application/zip",
};

/**
 * Reads files inside the given directories through the path guard, and `data:` URLs, which hold their
 * content themselves. Without directories it reads no file at all.
 */
export function createFileReader(options: FileReaderOptions = {}): FileReader {
  const { directories = [], maxBytes = defaultMaxBytes } = options;
  // Resolved at the first file: most servers with an upload never see one.
  let guard: ReturnType<typeof createPathGuard> | undefined;
  return {
    async read(path) {
      if (path.startsWith("data:")) return readDataUrl(path, maxBytes);
      if (directories.length === 0) {
        throw new ArgumentError(
          `The file ${JSON.stringify(path)} cannot be read: no directory is open to this server.`,
          "Give the content as a data: URL; the person who runs this server can open a directory.",
        );
      }
      guard ??= createPathGuard({ directories });
      return withFile(await guard, path, async ({ handle, stats: { size } }) => {
        assertSize(path, size, maxBytes);
        const bytes = new Uint8Array(await handle.readFile());
        assertSize(path, bytes.length, maxBytes);
        return { name: basename(path), type: typeOf(path), bytes };
      });
    },
  };
}

function typeOf(path: string): string {
  return types[extname(path).toLowerCase()] ?? unknownType;
}

/** `data:text/csv;name=people.csv;base64,...`: the type, a name if there is one, and the content. */
function readDataUrl(url: string, maxBytes: number): FileContent {
  const comma = url.indexOf(",");
  if (comma === -1) {
    throw new ArgumentError(
      "This data: URL has no content.",
      "Write data:<type>;base64,<content>, or data:<type>,<text>.",
    );
  }
  const [type = "", ...words] = url.slice("data:".length, comma).split(";");
  const content = url.slice(comma + 1);
  assertSize("the data: URL", content.length, maxBytes * 2);
  const bytes = words.includes("base64")
    ? new Uint8Array(Buffer.from(content, "base64"))
    : new TextEncoder().encode(decode(content));
  assertSize("the data: URL", bytes.length, maxBytes);
  const named = words.find((word) => /^(?:file)?name=/.test(word));
  const name = named === undefined ? "file" : basename(decode(named.replace(/^[^=]*=/, "")));
  return { name, type: type === "" ? "text/plain" : type, bytes };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function assertSize(path: string, size: number, maxBytes: number): void {
  if (size <= maxBytes) return;
  const [is, most] = [size, maxBytes].map((bytes) => bytes.toLocaleString("en-US"));
  throw new ArgumentError(`${path} has ${is} bytes; at most ${most} are sent.`, "Send less.");
}
