import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startContainer } from "../backends/container.ts";
import type { Engine } from "../backends/engine.ts";
import { buildEmulatorImage } from "../backends/images.ts";
import { createCertificate } from "../certificate.ts";
import type { Emulator, Findings, Service } from "./service.ts";

/** Where each service is, below its name; GitHub's as an Enterprise Server has it. */
const places = {
  github: { api: ":8443/api/v3" },
  slack: { api: ":8443" },
  drive: { api: ":8443", oauth: ":8444" },
} as const satisfies Readonly<Record<Service, object>>;

/** The desk it is seeded and asked at, which this machine reaches on loopback alone. */
const desk = 8080;

/**
 * Starts an emulated service in a container, as narrow as the servers' own. Servers reach it by name
 * in a network it shares with nobody else, over TLS: they send tokens in the clear to their own
 * machine only, and are told of its certificate as an operator tells them of a company's authority.
 */
export async function startEmulatorContainer<S extends Service>(
  engine: Engine,
  service: S,
): Promise<Emulator<S>> {
  const image = await buildEmulatorImage(engine);
  const host = `${service}.emulator`;
  const proof = createCertificate([host]);
  const folder = await mkdtemp(join(tmpdir(), "fairlead-emulator-"));
  const authority = join(folder, "authority.pem");
  await writeFile(authority, proof.certificate);
  const labels = Object.entries(engine.labels).map(([key, value]) => `--label=${key}=${value}`);
  const network = `fairlead-tests-${randomUUID()}`;
  await engine.run("network", "create", ...labels, network);
  const entries = Object.entries(places[service]).map(([key, rest]) => {
    return [key, { url: `https://${host}${rest}`, ...proof }];
  });
  const container = await startContainer(engine, {
    image,
    port: desk,
    command: [service],
    env: { PLACES: JSON.stringify(Object.fromEntries(entries)) },
    network,
    alias: host,
    hardened: true,
    ready: /waits for its seed/,
  });
  const ask = async (init?: RequestInit) => {
    const response = await fetch(`http://127.0.0.1:${container.port}`, init);
    const said = await response.text();
    if (!response.ok) throw new Error(`The emulator of ${service} failed: ${said}`);
    return JSON.parse(said);
  };
  return {
    launch: { env: { NODE_EXTRA_CA_CERTS: authority }, readOnly: [folder], network },
    seed: (seed) => ask({ method: "PUT", body: JSON.stringify(seed) }),
    look: (): Promise<Findings> => ask(),
    async close() {
      await container.close();
      await engine.run("network", "rm", network);
      await rm(folder, { recursive: true });
    },
  };
}
