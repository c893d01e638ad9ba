import { toListenProblem } from "./listen-problems.ts";
import { toNames } from "./operate/common.ts";
import type { Log } from "./operate/log.ts";
import type { MetricsPage } from "./operate/operations.ts";
import { OptionProblems } from "./operate/option-problems.ts";
import type { Values } from "./operate/options.ts";
import { type HttpService, serveHttp } from "./serve/http/http.ts";
import type { Handler } from "./serve/http/routes.ts";

/**
 * Serves the metrics at `/metrics` of their own address, to everyone who reaches it: Host and Origin
 * are checked as everywhere, so that no web page reads them. Throws OptionProblems if the port is taken.
 */
export async function listenMetrics(
  common: Values,
  { address: { host, port }, expose }: MetricsPage,
  log: Log,
): Promise<HttpService> {
  const get: Handler = ({ request, response, answer }) => {
    const { contentType, text } = expose(request.headers.accept);
    response.setHeader("content-type", contentType);
    answer(200, text);
  };
  const service = await serveHttp({
    ...{ host, port, maxCalls: 1, sessions: false },
    endpoints: new Map(),
    routes: new Map([["/metrics", { methods: new Map([["GET", get]]) }]]),
    allowedHosts: toNames(common["allowedHosts"]) ?? [],
  }).catch((error: unknown) => {
    throw new OptionProblems([toListenProblem("--metrics", { host, port }, error)]);
  });
  log.info(`Metrics are at ${service.url}/metrics.`);
  return service;
}
