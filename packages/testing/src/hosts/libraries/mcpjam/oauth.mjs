// `node oauth.mjs JSON`: prints what MCPJam's OAuth suite says of a server, as JSON. It is given the server's
// `url`, the `flows`, the `browser` module that signs in for the flows with a user, and the `documents` of
// clients by their URL, which stand for the network.
import { OAuthConformanceSuite } from "@mcpjam/sdk";

const { url, flows, browser, documents } = JSON.parse(process.argv[2]);
const { createBrowser } = await import(browser);

const fetchFn = (address, init) =>
  address in documents ? Response.json(documents[address]) : fetch(address, init);

/** What differs between the ways to sign in. */
const toWays = {
  interactive: (auth) => {
    const openUrl = async (address) => void (await createBrowser().visit(address));
    return { auth: { ...auth, openUrl }, fetchFn };
  },
  // It follows redirects itself, without cookies or forms: those are the browser's.
  headless: (auth) => {
    const { fetch: browse } = createBrowser();
    const fetchBrowsing = (address, init) =>
      init?.redirect === "manual" ? browse(address, init) : fetchFn(address, init);
    return { auth, fetchFn: fetchBrowsing };
  },
  client_credentials: (auth) => ({ auth, fetchFn }),
};

const { results } = await new OAuthConformanceSuite({
  serverUrl: url,
  flows: flows.map(({ auth, ...flow }) => ({
    ...{ ...flow, ...toWays[auth.mode](auth) },
    ...{ oauthConformanceChecks: true, stepTimeout: 20_000 },
  })),
}).run();

const rulings = results.map(({ label, passed, summary, steps }) => ({
  ...{ label, passed, summary },
  steps: steps.map(({ step, status, error }) => ({ step, status, reason: error?.message })),
}));
process.stdout.write(JSON.stringify(rulings), () => process.exit(0));
