import { parentPort } from "node:worker_threads";
import { isNotInstalled } from "@fairlead/guard";
import { demoData } from "./demo-data.ts";

// The thread the embedded database runs in: bytes of the wire protocol in, bytes out.
const port = parentPort;
if (port !== null) {
  try {
    const { PGlite } = await import("@electric-sql/pglite");
    const database = await PGlite.create();
    await database.exec(demoData);
    port.on("message", (bytes: Uint8Array) => {
      database.execProtocolRaw(bytes).then(
        (answer) => port.postMessage({ kind: "bytes", bytes: answer }),
        (error: unknown) => port.postMessage({ kind: "failed", text: String(error) }),
      );
    });
    port.postMessage({ kind: "ready" });
  } catch (error) {
    const missing = isNotInstalled(error, "@electric-sql/pglite");
    port.postMessage({ kind: missing ? "missing" : "failed", text: String(error) });
  }
}
