// What the image in docker/backends/emulators runs: one service at its places, and a desk on which
// it is seeded (PUT) and asked what it has seen (GET).
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import type { Place } from "../fakes/listen.ts";
import type { Running, Seeds, Service } from "./service.ts";
import { starts } from "./start.ts";

const [service = ""] = process.argv.slice(2);
const places: Readonly<Record<string, Place>> = JSON.parse(process.env["PLACES"] ?? "{}");
const port = 8080;
let running: Running | undefined;

async function start<S extends Service>(name: S, seed: Seeds[S]): Promise<Running> {
  return starts[name](seed, places);
}

function isService(name: string): name is Service {
  return Object.hasOwn(starts, name);
}

/** What is asked at the desk; a seed takes everything back to the beginning. */
async function answer(method: string | undefined, body: string): Promise<object> {
  if (!isService(service)) throw new Error(`There is no service ${service}.`);
  if (method !== "PUT") {
    if (running === undefined) throw new Error("It has no seed yet.");
    return running.look();
  }
  await running?.close();
  running = await start(service, JSON.parse(body));
  return running.urls;
}

const desk = createServer(async (request, response) => {
  try {
    const said = await answer(request.method, await text(request));
    response.end(JSON.stringify(said));
  } catch (error) {
    response.writeHead(500).end(error instanceof Error ? error.stack : String(error));
  }
});
desk.listen(port, () => console.log(`${service} waits for its seed`));
// Nobody else ends the first process of a container.
process.on("SIGTERM", () => process.exit());
