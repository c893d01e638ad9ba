import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const run = promisify(execFile);
const dist = new URL("../dist/index.js", import.meta.url).href;

// A certificate of nobody, for localhost, made for this test.
const key = toPem("PRIVATE KEY", [
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgtPghDUD/bHAiLCyudjLTWU8BhJf+8dLXiCVQ9IbO",
  "HTqhRANCAAQiM4eTpk6FcWVQ7b1GEEzbIIc2rcHsz8vvV8JSXElmewnRVZOMYVsoOzK4OgeYIj72fC1bv1wT7ysx",
  "77OHZ+J6",
]);
const cert = toPem("CERTIFICATE", [
  "MIIBnDCCAUGgAwIBAgIUSyoWLjuN8UKLOTy0tNHosIRjpX8wCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxo",
  "b3N0MCAXDTI2MTEyMTEzMjYyMFoYDzIxMjYxMDI4MTMyNjIwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcq",
  "hkjOPQIBBggqhkjOPQMBBwNCAAQiM4eTpk6FcWVQ7b1GEEzbIIc2rcHsz8vvV8JSXElmewnRVZOMYVsoOzK4OgeY",
  "Ij72fC1bv1wT7ysx77OHZ+J6o28wbTAdBgNVHQ4EFgQUOLWWlCkdYM6G+TNeNyZveit/CS0wHwYDVR0jBBgwFoAU",
  "OLWWlCkdYM6G+TNeNyZveit/CS0wDwYDVR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEw",
  "CgYIKoZIzj0EAwIDSQAwRgIhAJ/NrCiKgm39FYqtPrlll0TUmI8AJrZ8xbxKg9wW/jvpAiEAzKykQ1pAni8TH8Kg",
  "QVG3b/UxyW8DEecHRUMljaImIOo=",
]);

function toPem(name: string, lines: readonly string[]): string {
  return [`-----BEGIN ${name}-----`, ...lines, `-----END ${name}-----`, ""].join("\n");
}

test("trusts the authority named in NODE_EXTRA_CA_CERTS, and no certificate of nobody", async () => {
  const server = createServer({ key, cert }, (_, response) => response.end("over TLS"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const directory = mkdtempSync(join(tmpdir(), "fairlead-ca-"));
  onTestFinished(() => {
    server.close();
    rmSync(directory, { recursive: true });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  const baseUrl = `https://localhost:${address.port}`;
  const script = `
    import { createUpstream } from ${JSON.stringify(dist)};
    const clock = { now: Date.now, sleep: async () => console.log("tries again") };
    const upstream = createUpstream({ baseUrl: ${JSON.stringify(baseUrl)}, clock });
    const answer = await upstream.fetch(${JSON.stringify(baseUrl)})
      .then((response) => response.text(), (error) => error.message + " " + error.hint);
    upstream.close();
    console.log(answer);
  `;
  const ask = (env: NodeJS.ProcessEnv) =>
    run(process.execPath, ["--input-type=module", "--eval", script], { env });
  const { stdout } = await ask({});
  expect(stdout).toMatch(/DEPTH_ZERO_SELF_SIGNED_CERT.+in NODE_EXTRA_CA_CERTS\.$/m);
  expect(stdout).not.toContain("tries again");
  const path = join(directory, "authority.pem");
  writeFileSync(path, cert);
  expect((await ask({ NODE_EXTRA_CA_CERTS: path })).stdout).toBe("over TLS\n");
});
