// A process with an audit log, killed in the middle of a call.
import { createAudit, openAuditFile } from "../src/audit/index.ts";

const [, , path = ""] = process.argv;
const file = openAuditFile({
  ...{ path, sync: "batch", maxBytes: Number.POSITIVE_INFINITY },
  problem: (error) => process.stderr.write(String(error)),
});
const audit = await createAudit({
  ...{ sink: file, head: file.head, mode: "required", strict: false },
  server: { name: "test", version: "1" },
  redact: (text) => text,
  log: { info: () => {}, warn: () => {} },
});
let before: (() => void | Promise<void>) | undefined;
await audit.middleware(
  {
    ...{ tool: "slow", arguments: {}, effect: "write", principal: { id: "a" }, meta: {} },
    ...{ clientInfo: undefined, signal: new AbortController().signal, reference: "r" },
    assertPermitted: () => undefined,
    beforeRun: (work) => {
      before = () => work({ effect: "write" });
    },
  },
  async () => {
    await before?.();
    process.stdout.write("runs\n");
    return new Promise((resolve) => setTimeout(resolve, 60_000));
  },
);
