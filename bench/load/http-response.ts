/** One response as it arrives, followed chunk by chunk without putting it together. */
export interface ResponseReader {
  /** Takes the next bytes; true when the response is complete. */
  take(chunk: Buffer): boolean;
  /** True when it was a 200 whose body holds the marker and reports no error. */
  good(): boolean;
  reset(): void;
}

const headEnd = Buffer.from("\r\n\r\n");
const lastChunk = Buffer.from("0\r\n\r\n");
const errorMark = Buffer.from('"isError":true');
const okLine = "HTTP/1.1 200";

export function createResponseReader(markerText: string): ResponseReader {
  const marker = Buffer.from(markerText);
  let head: Buffer | undefined;
  let ok = false;
  let chunked = false;
  let missing = 0;
  let marked = false;
  let erred = false;
  let tail: Buffer = Buffer.alloc(0);

  function takeHead(bytes: Buffer): Buffer | undefined {
    const end = bytes.indexOf(headEnd);
    if (end === -1) {
      head = bytes;
      return undefined;
    }
    head = bytes.subarray(0, end);
    const text = head.toString("latin1");
    ok = text.startsWith(okLine);
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    chunked = length === undefined;
    missing = Number(length ?? 0);
    return bytes.subarray(end + headEnd.length);
  }

  function takeBody(body: Buffer): boolean {
    marked ||= body.includes(marker);
    erred ||= body.length < 65_536 && body.includes(errorMark);
    if (!chunked) {
      missing -= body.length;
      return missing <= 0;
    }
    tail = body.length >= lastChunk.length ? body : Buffer.concat([tail, body]);
    tail = tail.subarray(-lastChunk.length);
    return tail.equals(lastChunk);
  }

  let inBody = false;
  return {
    take(chunk) {
      if (inBody) return takeBody(chunk);
      const body = takeHead(head === undefined ? chunk : Buffer.concat([head, chunk]));
      inBody = body !== undefined;
      return body !== undefined && takeBody(body);
    },
    good: () => ok && marked && !erred,
    reset() {
      head = undefined;
      inBody = false;
      marked = false;
      erred = false;
      tail = tail.subarray(0, 0);
    },
  };
}
