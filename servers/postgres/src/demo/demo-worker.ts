import { parentPort } from "node:worker_threads";
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
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const kind = code === "ERR_MODULE_NOT_FOUND" ? "missing" : "failed";
    port.postMessage({ kind, text: String(error) });
  }
}
