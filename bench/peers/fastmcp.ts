import { FastMCP } from "fastmcp";
import { z } from "zod";
import {
  annotations,
  echoFacts,
  fillerCount,
  fillerFacts,
  fillerFields,
  largeFacts,
  port,
  textDescription,
  toLargeText,
  workload,
} from "./workload.ts";

const server = new FastMCP({ name: "echo", version: "0.1.0" });

if (workload === "ten-megabytes") {
  const large = toLargeText();
  const { title, ...facts } = largeFacts;
  server.addTool({
    ...facts,
    annotations: { title, ...annotations },
    parameters: z.object({}),
    execute: async () => large,
  });
} else {
  for (let index = 0; workload === "thousand" && index < fillerCount; index += 1) {
    const { title, ...facts } = fillerFacts(index);
    server.addTool({
      ...facts,
      annotations: { title, ...annotations },
      parameters: z.object(
        Object.fromEntries(
          fillerFields.map(([name, description]) => [name, z.string().describe(description)]),
        ),
      ),
      execute: async () => "",
    });
  }
  const { title, ...facts } = echoFacts;
  server.addTool({
    ...facts,
    annotations: { title, ...annotations },
    parameters: z.object({ text: z.string().describe(textDescription) }),
    execute: async ({ text }) => text,
  });
}

if (port === undefined) {
  await server.start({ transportType: "stdio" });
} else {
  await server.start({
    transportType: "httpStream",
    httpStream: {
      port: Number(port),
      host: "127.0.0.1",
      stateless: true,
      enableJsonResponse: true,
    },
  });
}
