import { ada, type Person } from "./people.ts";

/** The last page of a visit. */
export interface Page {
  readonly url: string;
  readonly status: number;
  readonly text: string;
}

/** A browser without a window: it keeps cookies, and fills in and sends every form it sees. */
export interface Browser {
  /** One request. A page with a form is answered at once, so the response is what follows the form. */
  fetch(address: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Follows redirects and forms to the last page. */
  visit(address: string | URL): Promise<Page>;
  /** Follows them as long as they stay where they began, and gives the address they then lead to. */
  signIn(address: string | URL): Promise<URL>;
}

const mostSteps = 20;

/** Opens a browser for this person, who agrees to whatever a client asks for. */
export function createBrowser(person: Person = ada): Browser {
  const jars = new Map<string, Map<string, string>>();

  const send = async (address: string, init: RequestInit): Promise<Response> => {
    const { origin } = new URL(address);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    const headers = new Headers(init.headers);
    const cookies = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    if (cookies !== "") headers.set("cookie", cookies);
    const response = await fetch(address, { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) keep(jar, cookie);
    return response;
  };

  const step = async (address: string, init: RequestInit): Promise<Response> => {
    const response = await send(address, init);
    if (!response.headers.get("content-type")?.startsWith("text/html")) return response;
    const page = await response.clone().text();
    const form = /<form method="post" action="([^"]+)">(.*?)<\/form>/s.exec(page);
    if (form === null) return response;
    const [, action = "", inside = ""] = form;
    const fields = [...inside.matchAll(/<input name="(name|password)"/g)].map(([, field]) => [
      field ?? "",
      field === "name" ? person.name : person.password,
    ]);
    return send(new URL(action, address).href, {
      ...{
        method: "POST",
        redirect: "manual",
        body: new URLSearchParams(Object.fromEntries(fields)),
      },
    });
  };

  /** Goes on as long as it may; `to` is where it might not. */
  const walk = async (address: URL, mayGo: (next: URL) => boolean) => {
    let url = address;
    for (let steps = 0; steps < mostSteps; steps += 1) {
      const response = await step(url.href, { redirect: "manual" });
      const location = response.headers.get("location");
      if (location === null) return { url, response };
      const to = new URL(location, url);
      if (!mayGo(to)) return { url, response, to };
      await response.body?.cancel();
      url = to;
    }
    throw new Error(`The sign-in did not end after ${mostSteps} redirects, the last to ${url}.`);
  };

  return {
    async fetch(address, init = {}) {
      return step(address instanceof Request ? address.url : String(address), init);
    },
    async visit(address) {
      const { url, response } = await walk(new URL(address), () => true);
      return { url: url.href, status: response.status, text: await response.text() };
    },
    async signIn(address) {
      const { origin } = new URL(address);
      const { url, response, to } = await walk(new URL(address), (next) => next.origin === origin);
      if (to !== undefined) return to;
      throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
    },
  };
}

/** Keeps a cookie, or drops it where the server took it back. */
function keep(jar: Map<string, string>, cookie: string): void {
  const [pair = "", ...attributes] = cookie.split(";");
  const [name = "", value = ""] = pair.split(/=(.*)/s);
  const expires = attributes.find((attribute) => /^\s*expires=/i.test(attribute));
  const gone = expires !== undefined && Date.parse(expires.split("=")[1] ?? "") <= Date.now();
  if (value === "" || gone) jar.delete(name);
  else jar.set(name, value);
}
