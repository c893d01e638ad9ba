/** Width and height of a PNG or JPEG, from the file itself. */
export function toPictureSize(base64: string): string {
  const bytes = Buffer.from(base64, "base64");
  // PNG (RFC 2083): the header chunk is the first, its sides at a fixed place.
  if (bytes.subarray(1, 4).toString("latin1") === "PNG") {
    return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
  }
  // JPEG (ITU T.81): segments until the start of a frame, which is where the sides are.
  for (let at = 2; at < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1] ?? 0;
    const other = [0xc4, 0xc8, 0xcc].includes(marker);
    if (marker >= 0xc0 && marker <= 0xcf && !other) {
      return `${bytes.readUInt16BE(at + 7)}x${bytes.readUInt16BE(at + 5)}`;
    }
  }
  throw new Error("No picture's size was found.");
}
