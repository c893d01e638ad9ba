// All seven servers in one process, as `fairlead serve` has them, on what a test gives them. What
// main.ts would catch ends this process, so that a test sees it.
import { servers } from "../../src/embedded.ts";
import { serve } from "../../src/serve.ts";

const configs = new Map<string, unknown>(Object.entries(JSON.parse(process.argv[2] ?? "{}")));
const service = await serve({
  port: 0,
  embedded: servers.flatMap((server) =>
    configs.has(server.name) ? [{ server, config: configs.get(server.name), policy: {} }] : [],
  ),
  environment: process.env,
  log: (line) => void process.stderr.write(line),
});
process.stdout.write(`ready ${service.url}/\n`);
// It does not outlive the test that started it, however that ends.
process.stdin.resume().on("end", () => process.exit());
