/** How the files begin, in hex. */
const signatures: readonly (readonly [string, RegExp])[] = [
  ["image/png", /^89504e470d0a1a0a/],
  ["image/jpeg", /^ffd8ff/],
  ["image/gif", /^47494638(?:37|39)61/],
  ["image/webp", /^52494646.{8}57454250/],
];

/**
 * The media type of a picture a model can look at, by its first bytes; undefined for anything else,
 * whatever its name or its sender says. A picture that is none can end a conversation for good.
 */
export function findImageType(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16));
  const hex = head.toString("hex");
  return signatures.find(([, signature]) => signature.test(hex))?.[0];
}
