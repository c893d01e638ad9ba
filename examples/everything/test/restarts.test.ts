import { loadThroughRestarts } from "@fairlead/testing";
import { expect, test } from "vitest";
import { bin } from "./bin.ts";

/** Nine processes are started, and six of them wait for their clients: for a machine with much else to do. */
const slowly = 180_000;

// The same with a million requests and ten rolling restarts is the row rolling-restarts of the bench.
test(
  "two rolling restarts under load: no request fails, and every lost session is made again",
  async () => {
    const tally = await loadThroughRestarts({
      bin,
      call: { name: "test_simple_text", arguments: {}, marker: "simple text" },
      requests: 4_000,
      connections: [32, 64],
      rolls: 2,
    });
    process.stderr.write(`Through two rolling restarts: ${JSON.stringify(tally)}\n`);
    expect(tally.failures).toEqual([]);
    expect(tally).toMatchObject({ statelessFailed: 0, sessionFailed: 0, restarts: 6 });
    // Every session whose process ended was answered with 404, and no other, and each was made again.
    expect(tally).toMatchObject({ untold: 0, strayed: 0, madeAgain: tally.ended });
    expect(tally.requests).toBeGreaterThanOrEqual(4_000);
    expect(tally.stateless).toBeGreaterThan(1_000);
    expect(tally.requests - tally.stateless).toBeGreaterThan(1_000);
    // The official clients have four of the sessions, and each of these is in one of the three processes.
    expect(tally.officialMadeAgain).toBeGreaterThanOrEqual(8);
    expect(tally.connections).toBeGreaterThanOrEqual(64);
  },
  slowly,
);
