import { describe, expect, it } from "vitest";
import { decodeText, encodeText } from "./editable-text.ts";
import { createDecoder, detectEncoding, sampleSize } from "./encoding.ts";

const utf16be = (text: string) => Buffer.from(text, "utf16le").swap16();

describe("encodings", () => {
  it.each([
    ["", "utf-8"],
    ["plain", "utf-8"],
    ["Grüße 👋", "utf-8"],
    [Buffer.from("\ufeffmarked"), "utf-8"],
    [Buffer.from("\ufeffmarked", "utf16le"), "utf-16le"],
    [utf16be("\ufeffmarked"), "utf-16be"],
    [Buffer.from("without a mark", "utf16le"), "utf-16le"],
    [utf16be("without a mark"), "utf-16be"],
    [Buffer.from("caf\u00e9", "latin1"), "windows-1252"],
    [Buffer.from([0, 1, 2, 3, 0, 0, 255]), "binary"],
    [Buffer.alloc(100), "binary"],
  ])("%j is %s", (content, name) => {
    expect(detectEncoding(Buffer.from(content)).name).toBe(name);
  });

  it("does not take a character cut by the end of the sample for an error", () => {
    const sample = Buffer.from(`a${"👋".repeat(sampleSize)}`).subarray(0, sampleSize);
    expect(detectEncoding(sample).name).toBe("utf-8");
  });

  it("leaves the mark out of what is read", () => {
    const bytes = Buffer.from("\ufeffa");
    expect(createDecoder(detectEncoding(bytes)).decode(bytes)).toBe("a");
  });

  it.each([
    Buffer.from("Grüße 👋"),
    Buffer.from("\ufeffmarked"),
    Buffer.from("\ufeffmarked", "utf16le"),
    utf16be("\ufeffmarked"),
    Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i)),
    Buffer.from([0xff, 0xfe, 0x00]),
    Buffer.concat([Buffer.from("a".repeat(70_000)), Buffer.from([0xe9, 0x20])]),
  ])("gives back the same bytes for the same text", (bytes) => {
    expect(encodeText(decodeText(bytes)).equals(bytes)).toBe(true);
  });

  it("does not write what the file's encoding cannot say", () => {
    const latin = decodeText(Buffer.from("caf\u00e9", "latin1"));
    expect(() => encodeText({ ...latin, text: "世" })).toThrow("windows-1252");
  });
});
