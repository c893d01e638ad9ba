import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { connect } from "@fairlead/runtime/testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { keepAllowed } from "../src/browser/certificates.ts";
import { server } from "../src/index.ts";
import { browser, browserTest, toVisit, visit } from "./support/browser.ts";
import { createSite } from "./support/site.ts";

/** A key and a certificate that it signed itself. */
async function createPair(): Promise<{ readonly key: Buffer; readonly cert: Buffer }> {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-key-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const [keyFile, certFile] = [join(directory, "key"), join(directory, "cert")];
  const subject = ["-subj", "/CN=localhost", "-days", "2"];
  const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", keyFile];
  await promisify(execFile)("openssl", [...made, "-out", certFile, ...subject]);
  const [key, cert] = await Promise.all([readFile(keyFile), readFile(certFile)]);
  return { key, cert };
}

/** A site on https that signs for itself, at a port of localhost. */
async function createSelfSigned({ port: wanted = 0, named = false } = {}): Promise<number> {
  const site = createServer(await createPair(), (_, response) => {
    response.setHeader("content-type", "text/html").end("<title>Signed by itself</title>");
  });
  if (named) site.addContext("localhost", await createPair());
  site.listen(wanted, "127.0.0.1");
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

/** A client that may open these ports of localhost, whatever their certificates. */
async function visitSelfSigned(...ports: readonly number[]) {
  const selfSignedHosts = ports.map((port) => `localhost:${port}`);
  const config = { executablePath: browser, sandbox: "auto", allowHosts: ["localhost"] };
  const client = await connect(server, { config: { ...config, selfSignedHosts } });
  onTestFinished(() => client.close());
  return toVisit(client);
}

browserTest("a server that has another certificate for its name than by default", async () => {
  const port = await createSelfSigned({ named: true });
  const { call } = await visitSelfSigned(port);
  expect(await call("navigate", { url: `https://localhost:${port}/` })).toContain("by itself");
});

browserTest("a server that starts after the browser is accepted once that is closed", async () => {
  const free = await createSite({});
  const { port } = free;
  await free.close();
  const { call, refused } = await visitSelfSigned(port);
  const url = `https://localhost:${port}/`;
  expect(await refused("navigate", { url })).toContain("ECONNREFUSED");
  await createSelfSigned({ port });
  expect(await refused("navigate", { url })).toContain("call puppeteer_close and try again");
  await call("close");
  expect(await call("navigate", { url })).toContain("Signed by itself");
});

test("only certificates of hosts that --allow-hosts names are accepted", () => {
  const allowHosts = ["LOCALHOST", "10.0.0.1:8443", "::1"];
  const kept = ["localhost:1", "10.0.0.1:8443", "[::1]:9", "localhost"];
  const others = ["10.0.0.1:8444", "example.org:443", "1.1.1.1:443", "not localhost:1"];
  const warn = vi.fn();
  expect(keepAllowed([...kept, ...others], allowHosts, warn)).toEqual(kept);
  expect(warn.mock.calls.map(([said]) => String(said).split(" is not one of --allow")[0])).toEqual(
    others,
  );
});

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
