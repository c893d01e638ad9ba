import { Nginx } from "@fairlead/testing";
import { type Call, modern, toCall, toHttpRequest } from "../load/frames.ts";
import { pumpHttp } from "../load/http-client.ts";
import {
  freePort,
  type Launch,
  type ServerProcess,
  startHttpServer,
} from "../load/server-process.ts";
import type { Contender } from "../rounds.ts";
import { measureWork } from "./work.ts";

export interface ReplicaLoad {
  readonly call: Call;
  readonly connections: number;
  readonly milliseconds: number;
  readonly token: string;
}

/**
 * Calls over keep-alive connections to nginx with the config of docker/compose, in front of so many
 * replicas on addresses of their own. Only what the replicas cost is counted.
 */
export function replicas(
  name: string,
  count: number,
  toLaunch: (address: string, at: number) => Launch,
  { call, connections, milliseconds, token }: ReplicaLoad,
): Contender {
  return {
    name,
    async open() {
      const hosts = Array.from({ length: count }, (_, at) => `127.0.0.${at + 1}`);
      const port = await freePort();
      const servers: ServerProcess[] = [];
      const stop = async () => void (await Promise.all(servers.map((server) => server.stop())));
      try {
        for (const [at, host] of hosts.entries()) {
          const launch = () => toLaunch(`${host}:${port}`, at);
          servers.push((await startHttpServer(launch, { host, port })).server);
        }
        const nginx = await Nginx.start(hosts, port);
        const facts = { method: "tools/call", name: call.tool, token };
        const requests = Array.from({ length: connections }, (_, at) =>
          toHttpRequest(modern, toCall(modern, 100 + at, call), facts),
        );
        const load = { port: Number(new URL(nginx.address).port), requests, marker: call.marker };
        const sum = (read: (server: ServerProcess) => number) =>
          servers.reduce((total, server) => total + read(server), 0);
        const all = {
          cpuMicros: () => sum((server) => server.cpuMicros()),
          residentMiB: () => sum((server) => server.residentMiB()),
          peakMiB: () => sum((server) => server.peakMiB()),
        };
        // Each replica is to have seen as much as the one that is alone.
        await pumpHttp({ ...load, milliseconds: count * milliseconds });
        return {
          measure: () => measureWork(all, () => pumpHttp({ ...load, milliseconds })),
          async close() {
            await nginx[Symbol.asyncDispose]();
            await stop();
          },
        };
      } catch (error) {
        await stop();
        throw error;
      }
    },
  };
}
