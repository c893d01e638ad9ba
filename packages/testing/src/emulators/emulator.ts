import { startEmulatorContainer } from "../backends/emulator-container.ts";
import { findEngine } from "../backends/engine.ts";
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
