import { once } from "node:events";
import { createServer } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

/** Whom the tokens are issued for (`aud`): the public URL of every guarded server of the bench. */
export const audience = "https://bench.example.com/mcp";

/** An authorization server, as far as a resource server sees it: its keys, and a token it signed. */
export interface Issuer {
  /** As its tokens name it in `iss`. */
  readonly url: string;
  readonly jwksUrl: string;
  /** A JWT (RFC 9068) for `audience` that is valid for a day and may read. */
  readonly token: string;
  close(): void;
}

/** Serves the public key on a loopback port. */
export async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const facts = { kid: "bench", alg: "RS256" };
  const keys = JSON.stringify({
    keys: [{ ...(await exportJWK(publicKey)), ...facts, use: "sig" }],
  });
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(keys);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The issuer has no port.");
  const url = `http://127.0.0.1:${address.port}`;
  const token = await new SignJWT({ client_id: "bench", scope: "mcp:read" })
    .setProtectedHeader({ ...facts, typ: "at+jwt" })
    .setIssuer(url)
    .setAudience(audience)
    .setSubject("alice")
    .setIssuedAt()
    .setExpirationTime("1d")
    .sign(privateKey);
  return {
    ...{ url, token, jwksUrl: `${url}/jwks` },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
