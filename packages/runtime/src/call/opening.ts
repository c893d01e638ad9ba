import type { Connection, Server } from "@fairlead/define";

const graceMs = 1_000;

/** Why a connection that was being opened at the shutdown is not waited for. */
export class Abandoned extends Error {
  override readonly name = "Abandoned";
}

/**
 * The server with a `connect` that a shutdown does not wait for: one that ignores its signal has a
 * second to come to an end, and what it opens after that is closed as it comes.
 */
export function withoutWaiting(server: Server): Server {
  return {
    ...server,
    connect: (config, caller) => open(server.connect(config, caller), caller.signal),
  };
}

async function open<C>(
  opening: Connection<C> | Promise<Connection<C>>,
  signal: AbortSignal,
): Promise<Connection<C>> {
  const { promise: abandoned, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const leave = () => {
    timer = setTimeout(() => {
      reject(new Abandoned("The server shut down while it connected."));
      void Promise.resolve(opening).then(
        (connection) => connection.close?.(),
        () => {},
      );
    }, graceMs);
  };
  signal.addEventListener("abort", leave, { once: true });
  try {
    return await Promise.race([opening, abandoned]);
  } finally {
    signal.removeEventListener("abort", leave);
    clearTimeout(timer);
  }
}
