import { connectTo } from "../sessions.ts";
import type { Caller, LoadCall } from "./caller.ts";
import { Host, sessionClients } from "./host.ts";

/** The official clients of one address: each of those with sessions, in a host, and the stateless one. */
export async function connectOfficial(url: string, call: LoadCall): Promise<readonly Caller[]> {
  const hosts = Object.values(sessionClients).map((connect): Caller => {
    const host = new Host(() => connect(url));
    return {
      ...{ kind: "session", official: true, lost: host.lost },
      call: async () => assertRight(await host.call(call.name, { ...call.arguments }), call),
      close: () => host.close(),
    };
  });
  const session = await connectTo(url);
  const stateless: Caller = {
    ...{ kind: "stateless", official: true, lost: [] },
    call: async () => assertRight(await session.call(call.name, { ...call.arguments }), call),
    close: () => session.close(),
  };
  return [...hosts, stateless];
}

function assertRight(result: unknown, { marker }: LoadCall): void {
  const text = JSON.stringify(result);
  if (!text.includes(marker) || text.includes('"isError":true')) throw new Error(text);
}
