import { createFakeDrive } from "../fakes/drive/drive.ts";
import { createFakeOAuth } from "../fakes/drive/oauth.ts";
import { createFakeGitHub } from "../fakes/github/github.ts";
import { createFakeSlack } from "../fakes/slack/slack.ts";
import type { Arrived, Running, Service, Start } from "./service.ts";

const google = "https://www.googleapis.com/auth/";

/** How each service is started. */
export const starts: { readonly [S in Service]: Start<S> } = {
  async github({ done = [], runs = {}, ...options }, places = {}) {
    const fake = await createFakeGitHub(options, places["api"]);
    for (const { by, method, path, body } of done) await fake.as(by, method, path, body);
    for (const [repository, some] of Object.entries(runs)) {
      for (const run of some) fake.gaps.actions.addRun(repository, run);
    }
    const toArrived = ({ method, url, body }: (typeof fake.requests)[number]): Arrived => {
      return { method, path: url.pathname, body };
    };
    return {
      urls: { api: fake.url },
      look: () => ({ problems: fake.problems, requests: fake.requests.map(toArrived) }),
      close: async () => fake[Symbol.asyncDispose](),
    };
  },

  async slack(_seed, places = {}) {
    const fake = await createFakeSlack(places["api"]);
    const toArrived = ({ method, args }: (typeof fake.requests)[number]): Arrived => {
      return { method: "POST", path: method, body: args };
    };
    return {
      urls: { api: fake.origin },
      look: () => ({ problems: fake.problems, requests: fake.requests.map(toArrived) }),
      close: fake.close,
    };
  },

  async drive({ accounts, files, signIn }, places = {}) {
    const fake = await createFakeDrive(places["api"]);
    for (const { token, user, scopes } of accounts) fake.allow(token, user, scopes);
    for (const file of files) fake.files.add(file);
    const oauth = signIn && (await createFakeOAuth(signIn, places["oauth"]));
    if (oauth) {
      const { refreshToken, scopes, user, rotates } = signIn;
      oauth.rotates = rotates;
      oauth.remember(refreshToken, scopes.map((scope) => google + scope).join(" "));
      oauth.onToken = (token) => fake.allow(token, user, scopes);
    }
    return toDrive(fake, oauth);
  },
};

function toDrive(
  fake: Awaited<ReturnType<typeof createFakeDrive>>,
  oauth: Awaited<ReturnType<typeof createFakeOAuth>> | undefined,
): Running {
  return {
    urls: { api: fake.url, ...(oauth && { oauth: oauth.url }) },
    look: () => ({
      problems: fake.problems,
      requests: [
        ...(oauth?.exchanges ?? []).map(() => ({ method: "POST", path: "/token" })),
        ...fake.seen.map(({ method, url }) => ({ method, path: url.pathname })),
      ],
    }),
    async close() {
      await oauth?.close();
      // What it would throw here has been looked at.
      await fake.close().catch(() => undefined);
    },
  };
}
