import { setTimeout as sleep } from "node:timers/promises";
import { BoundedMap } from "@fairlead/guard";
import type { HTTPRequest, HTTPResponse, Page } from "puppeteer-core";
import { BrowserError } from "../errors.ts";
import { type Clean, cutText, toCleanLine } from "./text.ts";

export interface NetworkEntry {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly type: string;
  readonly status?: number;
  readonly error?: string;
}

export interface NetworkDetails extends NetworkEntry {
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody?: string;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly responseBody?: string;
}

const capacity = 500;
const bodyLimit = 20_000;
const longestUrl = 10_000;
/** Milliseconds a body may take to come; of a longer one what is there is shown. */
const bodyMs = 1_000;
const wholeMs = 15_000;
const credentials = /^(?:authorization|cookie|set-cookie|proxy-.*|.*(?:token|api-?key|secret).*)$/i;

/** The last requests of a page, without those of its workers. */
export class NetworkLog {
  readonly #requests = new BoundedMap<string, HTTPRequest | NetworkEntry>(capacity);
  /** The entries of those of which nothing else is kept. */
  readonly #long = new WeakMap<HTTPRequest, NetworkEntry>();
  readonly #clean: Clean;
  #count = 0;

  constructor(page: Page, clean: Clean) {
    this.#clean = clean;
    page.on("request", (request) => {
      this.#count += 1;
      const id = `r${this.#count}`;
      // The library holds a request with all of its URL, and a page can make that as long as it likes.
      const entry = request.url().length > longestUrl ? toEntry(id, request, clean) : undefined;
      if (entry !== undefined) this.#long.set(request, entry);
      this.#requests.set(id, entry ?? request);
    });
    page.on("response", (response) => this.#update(response.request()));
    page.on("requestfailed", (request) => this.#update(request));
  }

  #update(request: HTTPRequest): void {
    const entry = this.#long.get(request);
    if (entry !== undefined) Object.assign(entry, toEntry(entry.id, request, this.#clean));
  }

  /** Requests whose URL or type contains the filter. */
  list(filter = ""): NetworkEntry[] {
    const wanted = filter.toLowerCase();
    return [...this.#requests]
      .map(([id, kept]) => (isEntry(kept) ? kept : toEntry(id, kept, this.#clean)))
      .filter(({ url, type }) => url.toLowerCase().includes(wanted) || type === wanted);
  }

  async details(id: string): Promise<NetworkDetails> {
    const request = this.#requests.get(id);
    if (request === undefined) {
      throw new BrowserError(`There is no request ${id}.`, "See puppeteer_network_requests.");
    }
    if (isEntry(request)) return { ...request, requestHeaders: {} };
    const clean = this.#clean;
    const response = request.response();
    const sent = request.postData();
    const body = response ? await readBody(request, response) : undefined;
    return {
      ...toEntry(id, request, clean),
      requestHeaders: toHeaders(request.headers(), clean),
      ...(sent !== undefined && { requestBody: cutText(clean(sent), bodyLimit) }),
      ...(response && { responseHeaders: toHeaders(response.headers(), clean) }),
      ...(body !== undefined && { responseBody: cutText(clean(body), bodyLimit) }),
    };
  }
}

/** The body; of an answer that has not ended, such as a stream of events, what has come of it. */
async function readBody(request: HTTPRequest, response: HTTPResponse): Promise<string | undefined> {
  const late = sleep(bodyMs, undefined, { ref: false });
  const whole = response.text().catch(() => undefined);
  const body = await Promise.race([whole, late]);
  const known = "id" in request && typeof request.id === "string" ? request.id : undefined;
  if (body !== undefined || known === undefined || request.failure() !== null) return body;
  const streamed = await request.client
    .send("Network.streamResourceContent", { requestId: known })
    .catch(() => undefined);
  if (streamed !== undefined) {
    const come = Buffer.from(streamed.bufferedData, "base64").toString();
    return `${come}\n[The answer has not ended yet: this is what has come of it.]`;
  }
  // It has ended, and is only slow to be handed over.
  const slow = sleep(wholeMs, "[The body took too long to be read.]", { ref: false });
  return Promise.race([whole, slow]);
}

function isEntry(kept: HTTPRequest | NetworkEntry): kept is NetworkEntry {
  return typeof kept.method === "string";
}

function toEntry(id: string, request: HTTPRequest, clean: Clean): NetworkEntry {
  const status = request.response()?.status();
  const error = request.failure()?.errorText;
  return {
    id,
    method: request.method(),
    url: toCleanLine(request.url(), clean, request.url().startsWith("data:") ? 80 : 500),
    type: request.resourceType().toLowerCase(),
    ...(status !== undefined && { status }),
    ...(error !== undefined && { error }),
  };
}

function toHeaders(
  headers: Readonly<Record<string, string>>,
  clean: Clean,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      credentials.test(name) ? "[hidden]" : toCleanLine(value, clean, 500),
    ]),
  );
}
