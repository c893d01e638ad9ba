// `node driver.mjs URL`: prints what MCPJam's protocol checks say of a server, as JSON.
import { MCPConformanceTest } from "@mcpjam/sdk";

const { checks } = await new MCPConformanceTest({
  serverUrl: process.argv[2],
  checkTimeout: 60_000,
}).run();
process.stdout.write(JSON.stringify(checks), () => process.exit(0));
