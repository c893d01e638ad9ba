import { errorCode, isRequestId, ProtocolError, type RequestId } from "../protocol/json-rpc.ts";

export const defaultMaxMessageBytes = 16 * 1024 * 1024;
/** Bytes of an id that are kept; nobody counts that far. */
const maxIdBytes = 1_024;

/** The answer to a message that is over the limit, on every transport. */
export function tooLarge(maxBytes: number): ProtocolError {
  const megabytes = maxBytes / (1024 * 1024);
  return new ProtocolError(
    errorCode.invalidRequest,
    `The message is larger than ${megabytes} MB (${maxBytes} bytes), which is the limit. Send less in one call, or start the server with a larger --max-message-mb.`,
    413,
  );
}

const code = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  backslash: 0x5c,
  openList: 0x5b,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

/**
 * Finds the id of a message whose bytes are not kept, wherever in the message it stands. It follows
 * no more of JSON than that takes: strings, and how deep they lie.
 */
export class IdScanner {
  /** The id, once its end has come. */
  found: RequestId | undefined;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Of a member of the message itself: its key comes, its key was "id", or it is another one. */
  #member: "key" | "id" | "other" = "other";
  #kept: number[] = [];

  push(bytes: Buffer): void {
    for (const byte of bytes) {
      if (this.#inString) this.#pushInString(byte);
      else this.#pushOutside(byte);
      if (this.found !== undefined) return;
    }
  }

  #pushInString(byte: number): void {
    this.#keep(byte);
    if (this.#escaped) this.#escaped = false;
    else if (byte === code.backslash) this.#escaped = true;
    else if (byte === code.quote) this.#inString = false;
  }

  #pushOutside(byte: number): void {
    switch (byte) {
      case code.openObject:
      case code.openList:
        this.#depth += 1;
        // Members of a list, which a batch is, are messages of their own.
        if (this.#depth === 1) this.#begin(byte === code.openObject ? "key" : "other");
        return;
      case code.closeObject:
      case code.closeList:
        if (this.#depth === 1) this.#endMember();
        this.#depth -= 1;
        return;
      case code.comma:
        if (this.#depth === 1) this.#endMember();
        return;
      case code.colon:
        if (this.#depth === 1) this.#begin(this.#read() === "id" ? "id" : "other");
        return;
      default:
        this.#inString = byte === code.quote;
        this.#keep(byte);
    }
  }

  #begin(member: "key" | "id" | "other"): void {
    this.#member = member;
    this.#kept = [];
  }

  #endMember(): void {
    const value = this.#read();
    if (this.#member === "id" && isRequestId(value)) this.found = value;
    this.#begin("key");
  }

  #keep(byte: number): void {
    if (this.#depth !== 1 || this.#member === "other") return;
    if (this.#kept.length <= maxIdBytes) this.#kept.push(byte);
  }

  #read(): unknown {
    if (this.#member === "other" || this.#kept.length > maxIdBytes) return undefined;
    try {
      return JSON.parse(Buffer.from(this.#kept).toString());
    } catch {
      return undefined;
    }
  }
}
