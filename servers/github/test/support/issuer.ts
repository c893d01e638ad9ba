import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer } from "node:http";
import { onTestFinished } from "vitest";

/** An authorization server, as far as a server that checks its tokens sees it. */
export interface Issuer {
  readonly url: string;
  /** An access token for this resource (RFC 9068). */
  issue(resource: string, scope: string): string;
}

/** Starts one on this machine, for as long as the test runs. */
export async function startIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const keys = [{ ...publicKey.export({ format: "jwk" }), kid: "one", alg: "ES256", use: "sig" }];
  let url = "";
  const server = createServer(({ url: path }, response) => {
    const isKeys = path === "/jwks";
    response.end(JSON.stringify(isKeys ? { keys } : { issuer: url, jwks_uri: `${url}/jwks` }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("Not a TCP server.");
  url = `http://127.0.0.1:${address.port}`;
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return {
    url,
    issue(resource, scope) {
      const now = Math.floor(Date.now() / 1_000);
      const who = { iss: url, aud: resource, sub: "ada", client_id: "app", jti: randomUUID() };
      const claims = { ...who, scope, iat: now, exp: now + 300 };
      const text = `${encode({ alg: "ES256", typ: "at+jwt", kid: "one" })}.${encode(claims)}`;
      const key = { key: privateKey, dsaEncoding: "ieee-p1363" } as const;
      return `${text}.${sign("sha256", Buffer.from(text), key).toString("base64url")}`;
    },
  };
}
