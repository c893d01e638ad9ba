import { subscribe } from "node:diagnostics_channel";
import { Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import {
  defineResource,
  defineServer,
  defineTool,
  defineToolset,
  toSurface,
} from "@fairlead/runtime";
import { main } from "@fairlead/runtime/main";
import { z } from "zod";

const sockets: Socket[] = [];
subscribe("net.server.socket", (message) => {
  if (typeof message === "object" && message !== null && "socket" in message) {
    if (message.socket instanceof Socket) sockets.push(message.socket);
  }
});

let tell = () => {};

const server = defineServer({
  name: "streams",
  title: "Streams",
  package: {
    name: "@fairlead/bench",
    version: "0.1.0",
    description: "A server of one value that changes.",
  },
  config: z.object({}),
  connect: () => ({ context: {} }),
  resources: [
    defineResource({
      uri: "bench://value",
      name: "value",
      read: () => ({ body: "value" }),
      watch(_, { changed }) {
        tell = changed;
      },
    }),
  ],
  toolsets: [
    defineToolset({
      name: "streams",
      description: "One tool that changes the value.",
      tools: [
        defineTool({
          name: "publish",
          title: "Publish",
          description:
            "Tells that the value has changed, and how many connections that was written to before the turn of the event loop was over.",
          effect: "write",
          input: z.object({}),
          output: z.string(),
          async run() {
            const before = sockets.map(({ bytesWritten }) => bytesWritten);
            tell();
            await turn();
            const told = sockets.filter(({ bytesWritten }, at) => bytesWritten !== before[at]);
            return `${told.length} told`;
          },
        }),
      ],
    }),
  ],
});

await main(toSurface(server), async () => ({ server }));
