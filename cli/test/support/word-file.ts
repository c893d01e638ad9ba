import { crc32, deflateRawSync } from "node:zlib";

const mimeType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/** A Word file of some 500 kB that unpacks to 500 MB of text (PKWARE APPNOTE 4.3). */
export function toBomb() {
  const path = Buffer.from("word/document.xml");
  const body = Buffer.from("<w:p><w:t>x</w:t></w:p>".repeat(20 * 1024 * 1024));
  const packed = deflateRawSync(body);
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(20, 0);
  facts.writeUInt16LE(8, 4);
  facts.writeUInt32LE(crc32(body), 10);
  facts.writeUInt32LE(packed.length, 14);
  facts.writeUInt32LE(body.length, 18);
  facts.writeUInt16LE(path.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), facts, path, packed]);
  const made = Buffer.from([20, 0]);
  const central = Buffer.concat([
    ...[Buffer.from("PK\x01\x02"), made, facts, Buffer.alloc(14), path],
  ]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  const content = Buffer.concat([local, central, Buffer.from("PK\x05\x06"), end]);
  return { mimeType, content };
}
