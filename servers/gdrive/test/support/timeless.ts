import { connect } from "@fairlead/runtime/testing";
import { createUpstream } from "@fairlead/upstream";
import { onTestFinished } from "vitest";
import { ChangeFeed } from "../../src/api/change-feed.ts";
import { Drive } from "../../src/api/drive.ts";
import { Sharing } from "../../src/api/sharing.ts";
import { server } from "../../src/index.ts";
import { type LocalOptions, openLocalFiles } from "../../src/transfer/local-files.ts";
import { startFake, token, user } from "./drive.ts";

/** Time that passes at once and remembers how long it was asked to. */
function createClock() {
  const waits: number[] = [];
  let passed = 0;
  const clock = {
    now: () => 1_000_000_000_000 + passed,
    async sleep(ms: number, signal: AbortSignal) {
      signal.throwIfAborted();
      waits.push(ms);
      passed += ms;
    },
  };
  return { clock, waits };
}

/** A client on a fake of its own with all tools on, where waiting takes no time. */
export async function startTimeless(directories: Partial<LocalOptions> = {}) {
  const fake = await startFake();
  fake.allow(token, user, ["drive"]);
  const { clock, waits } = createClock();
  const upstream = createUpstream({ baseUrl: fake.url, clock });
  const credentials = { scopes: undefined, token: async () => token };
  const urls = { baseUrl: fake.url, sheetsUrl: fake.url };
  const drive = new Drive({ upstream, credentials, ...urls, clock });
  const sharing = new Sharing(drive, { allowPublicSharing: false, shareDomains: [] });
  const local = openLocalFiles({ uploadDirs: [], downloadDirs: [], ...directories });
  const feed = new ChangeFeed(drive);
  const policy = { toolsets: ["all"], confirm: "never" } as const;
  const client = await connect(server, { policy, context: { drive, feed, sharing, local } });
  onTestFinished(async () => {
    await client.close();
    upstream.close();
  });
  return { fake, client, waits };
}
