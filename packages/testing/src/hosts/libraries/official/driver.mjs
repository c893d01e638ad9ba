import { drive } from "./drive.mjs";

const identity = { name: "driver", version: "1.0.0" };

drive({
  "SDK 1.0": (server) => openSdk("sdk-1.0", server),
  "SDK 1.12": (server) => openSdk("sdk-1.12", server),
  "SDK 1.32": (server) => openSdk("sdk-1.32", server),
  "client 2.4": (server) => openClient(server, {}),
  "client 2.4, modern": (server) => {
    return openClient(server, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
  },
});

async function openSdk(name, server) {
  const { Client } = await import(`${name}/client/index.js`);
  const { StdioClientTransport } = await import(`${name}/client/stdio.js`);
  return open(new Client(identity, { capabilities: {} }), new StdioClientTransport(server));
}

async function openClient(server, options) {
  const { Client } = await import("@modelcontextprotocol/client");
  const { StdioClientTransport } = await import("@modelcontextprotocol/client/stdio");
  return open(new Client(identity, options), new StdioClientTransport(server));
}

async function open(client, transport) {
  await client.connect(transport);
  const offered = [];
  let cursor;
  do {
    const page = await client.listTools({ cursor });
    offered.push(...page.tools.map(({ name, inputSchema }) => ({ name, schema: inputSchema })));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return {
    offered,
    call: async (name, args) => ({ result: await client.callTool({ name, arguments: args }) }),
    close: () => client.close(),
  };
}
