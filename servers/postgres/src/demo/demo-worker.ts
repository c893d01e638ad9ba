import { parentPort } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { demoData } from "./demo-data.ts";

// The thread the embedded database runs in: bytes of the wire protocol in, bytes out. What fails
// before it is ready ends the thread, and `demo.ts` is given the error.
const port = parentPort;
if (port !== null) {
  const database = await PGlite.create();
  await database.exec(demoData);
  port.on("message", (bytes: Uint8Array) => {
    database.execProtocolRaw(bytes).then(
      (answer) => port.postMessage({ kind: "bytes", bytes: answer }),
      (error: unknown) => port.postMessage({ kind: "failed", text: String(error) }),
    );
  });
  port.postMessage({ kind: "ready" });
}
