import type { PageAnswer, PageRequest, SignIn } from "@fairlead/operate/sign-in";
import type { Log } from "./operate/log.ts";
import type { Handler, Route } from "./serve/http/routes.ts";

/** The pages on which callers sign in to accounts of their own, next to the path of their server. */
export function toSignInRoutes(signIn: SignIn, path: string, log: Log): ReadonlyMap<string, Route> {
  const handle =
    (
      method: PageRequest["method"],
      answer: (request: PageRequest) => Promise<PageAnswer>,
    ): Handler =>
    ({ request, response, query, answer: say }) => {
      const { cookie, origin } = request.headers;
      answer({ method, query: new URLSearchParams(query), cookie, origin })
        .catch((error: unknown) => {
          log.error(error, "the sign-in", "-");
          const headers = { "content-type": "text/plain; charset=utf-8" };
          return { status: 500, headers, html: "This did not work. Call the tool again." };
        })
        .then(({ status, headers, html }) => {
          for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
          say(status, html);
        });
    };
  const start = (request: PageRequest) => signIn.start(request);
  const callback = (request: PageRequest) => signIn.callback(request);
  const startMethods = new Map([
    ["GET", handle("GET", start)],
    ["POST", handle("POST", start)],
  ]);
  const callbackMethods = new Map([["GET", handle("GET", callback)]]);
  const base = path.replace(/[^/]*$/, "sign-in");
  // The pages look at Origin themselves: behind a proxy theirs is not the one that this process knows.
  return new Map([
    [base, { methods: startMethods, anyOrigin: true }],
    [`${base}/callback`, { methods: callbackMethods, anyOrigin: true }],
  ]);
}
