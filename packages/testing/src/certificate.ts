import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";

export interface Certificate {
  /** Both as PEM. */
  readonly key: string;
  readonly certificate: string;
}

const objects = {
  commonName: "550403",
  alternativeNames: "551d11",
  basicConstraints: "551d13",
  ecdsaWithSha256: "2a8648ce3d040302",
};

/** A certificate for host names and IPv4 addresses that signs itself, good for an hour or for longer. */
export function createCertificate(names: readonly string[], { hours = 1 } = {}): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(der(0x06, hex(objects.ecdsaWithSha256)));
  const who = Buffer.from(names[0] ?? "nobody");
  const name = sequence(der(0x31, sequence(der(0x06, hex(objects.commonName)), der(0x0c, who))));
  const hour = 3_600_000;
  const validity = [Date.now() - hour, Date.now() + hours * hour].map((time) =>
    der(0x17, toTime(time)),
  );
  const alternatives = names.map((each) =>
    isIPv4(each)
      ? der(0x87, Buffer.from(each.split(".").map(Number)))
      : der(0x82, Buffer.from(each)),
  );
  const facts = sequence(
    der(0xa0, der(0x02, hex("02"))),
    der(0x02, Buffer.concat([hex("01"), randomBytes(8)])),
    algorithm,
    name,
    sequence(...validity),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(
      0xa3,
      sequence(
        toExtension(objects.alternativeNames, sequence(...alternatives)),
        toExtension(objects.basicConstraints, sequence(der(0x01, hex("ff")))),
      ),
    ),
  );
  const signature = der(0x03, Buffer.concat([hex("00"), sign("sha256", facts, privateKey)]));
  const base64 = sequence(facts, algorithm, signature).toString("base64");
  const lines = base64.match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
  };
}

/** A value as DER writes it: its tag, its length, itself. */
function der(tag: number, value: Buffer): Buffer {
  const { length } = value;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), value]);
  const size = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

function sequence(...values: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(values));
}

function toExtension(object: string, value: Buffer): Buffer {
  return sequence(der(0x06, hex(object)), der(0x04, value));
}

/** As `YYMMDDhhmmssZ`. */
function toTime(time: number): Buffer {
  return Buffer.from(`${new Date(time).toISOString().replace(/\D/g, "").slice(2, 14)}Z`);
}

function hex(text: string): Buffer {
  return Buffer.from(text, "hex");
}
