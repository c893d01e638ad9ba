import { createEmulator } from "emulate";
import { onTestFinished } from "vitest";

export const token = "xoxb-emulated";

export interface Seed {
  readonly users: readonly { readonly name: string; readonly real_name: string }[];
  readonly channels: readonly { readonly name: string; readonly topic: string }[];
}

const small: Seed = {
  users: [
    { name: "ada", real_name: "Ada Adler" },
    { name: "ben", real_name: "Ben Bakker" },
  ],
  channels: [{ name: "launch", topic: "Version 2" }],
};

/** The emulator of the package emulate with two people and one more channel; gone with the test. */
export async function startEmulator({ users, channels }: Seed = small) {
  const emulator = await createEmulator({
    service: "slack",
    port: 0,
    seed: {
      slack: {
        team: { name: "Demo", domain: "demo" },
        users: [...users],
        channels: [...channels],
        tokens: [{ token, user: "ada" }],
      },
    },
  });
  onTestFinished(() => emulator.close());
  return { origin: emulator.url, apiUrl: `${emulator.url}/api/` };
}
