import { importDemo } from "@fairlead/guard";
import type { Credentials } from "../api/credentials.ts";
import { demoSeed, demoSteps, demoToken } from "./demo-data.ts";

export interface Demo {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  close(): Promise<void>;
}

/** Starts an emulated GitHub on loopback, for its caller alone, with something to look at. */
export async function openDemo(): Promise<Demo> {
  const { createEmulator } = await importDemo(() => import("emulate"), {
    server: "@fairlead/server-github",
    needs: "emulate@0.12.2",
  });
  const emulator = await createEmulator({ service: "github", port: 0, seed: demoSeed });
  for (const { method, path, body, token } of demoSteps) {
    await fetch(emulator.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }
  return {
    baseUrl: emulator.url,
    credentials: { kind: "token", readToken: async () => demoToken },
    close: () => emulator.close(),
  };
}
