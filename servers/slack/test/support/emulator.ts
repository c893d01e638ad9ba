import { createEmulator } from "emulate";
import { onTestFinished } from "vitest";

export const token = "xoxb-emulated";

/** The emulator of the package emulate with two people and one more channel; gone with the test. */
export async function startEmulator() {
  const emulator = await createEmulator({
    service: "slack",
    port: 0,
    seed: {
      slack: {
        team: { name: "Demo", domain: "demo" },
        users: [
          { name: "ada", real_name: "Ada Adler" },
          { name: "ben", real_name: "Ben Bakker" },
        ],
        channels: [{ name: "launch", topic: "Version 2" }],
        tokens: [{ token, user: "ada" }],
      },
    },
  });
  onTestFinished(() => emulator.close());
  return { origin: emulator.url, apiUrl: `${emulator.url}/api/` };
}
