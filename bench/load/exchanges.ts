import { type Connection, openConnection } from "./connection.ts";

/** What is done over and over on each connection; throws where an answer is not the right one. */
export type Exchange = (connection: Connection) => Promise<void>;

export interface ExchangeLoad {
  readonly port: number;
  readonly connections: number;
  /** How often, on all connections together. */
  readonly calls: number;
}

/** Repeats an exchange of several requests on so many keep-alive connections. */
export async function pumpExchanges(
  { port, connections, calls }: ExchangeLoad,
  exchange: Exchange,
): Promise<{ readonly calls: number; readonly failures: number; readonly seconds: number }> {
  const all = await Promise.all(Array.from({ length: connections }, () => openConnection(port)));
  const started = performance.now();
  let begun = 0;
  let done = 0;
  const repeat = async (connection: Connection) => {
    while (begun < calls) {
      begun += 1;
      await exchange(connection);
      done += 1;
    }
  };
  try {
    await Promise.all(all.map(repeat));
  } finally {
    for (const connection of all) connection.close();
  }
  return { calls: done, failures: 0, seconds: (performance.now() - started) / 1000 };
}
