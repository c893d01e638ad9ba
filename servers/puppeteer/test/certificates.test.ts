import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { connect } from "@fairlead/runtime/testing";
import { expect, onTestFinished } from "vitest";
import { server } from "../src/index.ts";
import { browser, browserTest, toVisit, visit } from "./support/browser.ts";

/** A site on https that signs for itself, at a port of localhost. */
async function createSelfSigned(): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-key-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const [keyFile, certFile] = [join(directory, "key"), join(directory, "cert")];
  const subject = ["-subj", "/CN=localhost", "-days", "2"];
  const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", keyFile];
  await promisify(execFile)("openssl", [...made, "-out", certFile, ...subject]);
  const [key, cert] = await Promise.all([readFile(keyFile), readFile(certFile)]);
  const site = createServer({ key, cert }, (_, response) => {
    response.setHeader("content-type", "text/html").end("<title>Signed by itself</title>");
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  onTestFinished(() => {
    site.closeAllConnections();
    site.close();
  });
  const address = site.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

browserTest(
  "a self-signed localhost is opened where the operator names it, and no other",
  async () => {
    const [named, other] = [await createSelfSigned(), await createSelfSigned()];
    const config = {
      ...{ executablePath: browser, sandbox: "auto", allowHosts: ["localhost"] },
      selfSignedHosts: [`localhost:${named}`],
    };
    const client = await connect(server, { config });
    onTestFinished(() => client.close());
    const { call, refused } = toVisit(client);
    expect(await call("navigate", { url: `https://localhost:${named}/` })).toContain(
      "Signed by itself",
    );
    expect(await refused("navigate", { url: `https://localhost:${other}/` })).toContain(
      "--self-signed-hosts",
    );
  },
);

browserTest("a download is refused and told, and the page stays", async () => {
  const { call, site } = await visit({
    "/": `<title>Here</title><a id=a href="/report">report</a><a id=b download="page.txt" href="data:text/plain,x">own</a>`,
    "/report": (_, response) =>
      response.setHeader("content-disposition", 'attachment; filename="report.pdf"').end("x"),
  });
  await call("navigate", { url: site.origin });
  const said = await call("click", { selector: "#a" });
  expect(said).toContain("A download was refused: report.pdf");
  expect(said).toContain("Here");
  expect(await call("click", { selector: "#b" })).toContain("A download was refused: page.txt");
});
