import { type Browser, launch, type Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { browser, browserTest } from "./support/browser.ts";
import { type Canary, createTcpCanary, createUdpCanary } from "./support/canaries.ts";
import { startSession } from "./support/session.ts";
import { createSite } from "./support/site.ts";

/** What reached each canary, and what Chrome's network stack says it did meanwhile. */
interface Outcome {
  readonly heard: Readonly<Record<string, number>>;
  readonly log: string;
}

const ways = {
  "WebRTC: STUN over UDP": createUdpCanary,
  "WebRTC: TURN over UDP": createUdpCanary,
  "WebRTC: TURN over TCP": createTcpCanary,
  "WebRTC: a peer's UDP address": createUdpCanary,
  "WebRTC: a peer's TCP address": createTcpCanary,
  "QUIC: WebTransport": createUdpCanary,
} as const;

/** Names a page has looked up without asking anything of them. */
const names = ["prefetched.test", "stun.test"];

describe("what goes past a proxy in a browser that was not told otherwise", () => {
  let ours: Outcome;
  let plain: Outcome;
  const closing: (() => unknown)[] = [];

  beforeAll(async () => {
    if (browser === undefined) return;
    const canaries = await createCanaries();
    closing.push(...canaries.map(([, { close }]) => close));
    const site = await createSite({ "/": toPage(canaries.map(([, { port }]) => port)) });
    closing.push(site.close);
    const visit = (page: Page, own: Browser) => tryAll(page, own, site.origin, canaries);

    const { session } = startSession({ allowHosts: [`localhost:${site.port}`] });
    closing.push(() => session.close());
    const { page } = await session.open();
    ours = await visit(page, page.browser());

    const other = await launch({ executablePath: browser, pipe: true, args: ["--no-sandbox"] });
    closing.push(() => other.close());
    plain = await visit(await other.newPage(), other);
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  for (const way of Object.keys(ways)) {
    browserTest(`${way} reaches nobody from here`, async () => {
      expect(ours.heard[way]).toBe(0);
      expect(plain.heard[way]).toBeGreaterThan(0);
    });
  }

  for (const name of names) {
    browserTest(`DNS: ${name} is not looked up from here`, async () => {
      expect(ours.log).not.toContain(name);
      expect(plain.log).toContain(name);
      // The log is one of this very page.
      for (const { log } of [ours, plain]) expect(log).toContain("/is-logged");
    });
  }
});

async function createCanaries(): Promise<(readonly [string, Canary])[]> {
  return Promise.all(
    Object.entries(ways).map(async ([way, create]) => [way, await create()] as const),
  );
}

/** Has a page try every way, and waits until it has. */
async function tryAll(
  page: Page,
  own: Browser,
  origin: string,
  canaries: readonly (readonly [string, Canary])[],
): Promise<Outcome> {
  const before = canaries.map(([, canary]) => canary.heard());
  const control = await own.target().createCDPSession();
  let log = "";
  control.on("Tracing.dataCollected", ({ value }) => {
    log += JSON.stringify(value);
  });
  await control.send("Tracing.start", { traceConfig: { includedCategories: ["netlog"] } });
  await page.goto(origin);
  await page.waitForFunction(() => document.title === "tried", { timeout: 30_000 });
  const complete = new Promise((resolve) => control.once("Tracing.tracingComplete", resolve));
  await control.send("Tracing.end");
  await complete;
  const heard = canaries.map(([way, canary], at) => [way, canary.heard() - (before[at] ?? 0)]);
  return { heard: Object.fromEntries(heard), log };
}

function toPage([stun, turn, turnTcp, peer, peerTcp, quic]: readonly number[]): string {
  // The control shows that the time at its end is enough.
  return `<link rel="dns-prefetch" href="//prefetched.test"><script type="module">
const turn = { username: "u", credential: "c" };
const peer = new RTCPeerConnection({ iceServers: [
  { urls: ["stun:127.0.0.1:${stun}", "stun:stun.test:3478"] },
  { ...turn, urls: "turn:127.0.0.1:${turn}?transport=udp" },
  { ...turn, urls: "turn:127.0.0.1:${turnTcp}?transport=tcp" },
] });
peer.createDataChannel("x");
await peer.setLocalDescription(await peer.createOffer());
const other = new RTCPeerConnection();
await other.setRemoteDescription(peer.localDescription);
await other.setLocalDescription(await other.createAnswer());
await peer.setRemoteDescription(other.localDescription);
for (const candidate of [
  "candidate:1 1 udp 2122260223 127.0.0.1 ${peer} typ host",
  "candidate:2 1 tcp 1518280447 127.0.0.1 ${peerTcp} typ host tcptype passive",
]) await peer.addIceCandidate({ candidate, sdpMid: "0" });
new WebTransport("https://127.0.0.1:${quic}/").ready.catch(() => {});
await fetch("/is-logged");
await new Promise((done) => setTimeout(done, 2000));
document.title = "tried";
</script>`;
}
