import { openSocket } from "./connection.ts";

/** An event stream that a request opened, followed without putting it together. */
export interface EventStream {
  /** Resolves once the text has come so often, since the stream was opened. */
  saw(text: string, times: number): Promise<void>;
  close(): void;
}

const patienceMs = 60_000;

export async function openEventStream(port: number, request: Buffer): Promise<EventStream> {
  const socket = await openSocket(port);
  let text = "";
  let look = () => {};
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    look();
  });
  socket.write(request);
  return {
    saw(wanted, times) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      look = () => {
        if (text.split(wanted).length > times) resolve();
      };
      look();
      const late = new Error(`Not told ${wanted} ${times} times: ${text.slice(-300)}`);
      const timer = setTimeout(() => reject(late), patienceMs);
      return promise.finally(() => clearTimeout(timer));
    },
    close: () => void socket.destroy(),
  };
}
