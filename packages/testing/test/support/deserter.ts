// Starts an emulator in a container, in a network of its own, says so and never ends it.
import { startEmulator } from "../../src/index.ts";

await startEmulator("slack", { contained: true });
process.stdout.write(`${process.pid}\n`);
setInterval(() => {}, 1_000);
