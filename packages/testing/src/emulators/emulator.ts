import { findEngine } from "../backends/engine.ts";
import { startEmulatorContainer } from "./emulator-container.ts";
import type { Emulator, Running, Service } from "./service.ts";
import { starts } from "./start.ts";

/**
 * Starts the emulated service for servers that run like this: on loopback for processes, and in a
 * container, in a network of its own, for those in containers.
 */
export async function startEmulator<S extends Service>(
  service: S,
  { contained }: { readonly contained: boolean },
): Promise<Emulator<S>> {
  if (!contained) return startOnLoopback(service);
  const engine = await findEngine();
  if (engine === undefined) throw new Error("There is no container engine.");
  return startEmulatorContainer(engine, service);
}

/** The emulated service for each kind of server, started with the first that asks for it. */
export function createEmulators<S extends Service>(service: S) {
  const started = new Map<boolean, Promise<Emulator<S>>>();
  return {
    get({ contained }: { readonly contained: boolean }): Promise<Emulator<S>> {
      const emulator = started.get(contained) ?? startEmulator(service, { contained });
      started.set(contained, emulator);
      return emulator;
    },
    async close(): Promise<void> {
      for (const emulator of started.values()) await (await emulator).close();
    },
  };
}

function startOnLoopback<S extends Service>(service: S): Emulator<S> {
  let running: Running | undefined;
  return {
    launch: {},
    async seed(seed) {
      await running?.close();
      running = await starts[service](seed);
      return running.urls;
    },
    async look() {
      if (running === undefined) throw new Error("It has no seed yet.");
      return running.look();
    },
    async close() {
      await running?.close();
    },
  };
}
