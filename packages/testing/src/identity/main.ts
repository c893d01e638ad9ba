// What the image of the identity provider runs, which docker/compose/identity.yaml starts for a trial. It
// keeps its records in memory and knows one person.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { join } from "node:path";
import { createCertificate } from "../certificate.ts";
import { createIdentityProvider } from "./provider.ts";

/** Where people and clients come, and where servers read the keys. */
const ports = { people: 8081, servers: 8443 };
const tenYears = 10 * 365 * 24;

function read(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`Set ${name}.`);
  return value;
}

/** The key and the certificate of an earlier start, which servers may have read, or new ones. */
function openCertificate(folder: string, host: string) {
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  if (!existsSync(certificate)) {
    const made = createCertificate([host], { hours: tenYears });
    writeFileSync(key, made.key, { mode: 0o600 });
    writeFileSync(certificate, made.certificate);
  }
  return { key: readFileSync(key, "utf8"), cert: readFileSync(certificate, "utf8") };
}

const answer = createIdentityProvider(
  {
    issuer: read("ISSUER"),
    deeds: [],
    nextTokenAge: 0,
    tenant: undefined,
    defaultResource: process.env["RESOURCE"],
  },
  {
    scopes: ["mcp:read", "mcp:write", "mcp:destroy"],
    people: [{ name: read("NAME"), password: read("PASSWORD") }],
  },
);
createServer(answer).listen(ports.people);
// Servers read keys over https alone, unless the address is one of their own machine.
createSecureServer(openCertificate(read("CERTIFICATE_FOLDER"), "identity"), (request, response) => {
  if (request.url === "/jwks") answer(request, response);
  else response.writeHead(404).end();
}).listen(ports.servers);
// Nobody else ends the first process of a container.
process.on("SIGTERM", () => process.exit());
