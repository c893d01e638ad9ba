import type { createSite } from "./site.ts";

type Pages = Parameters<typeof createSite>[0];

/**
 * Pages that each try one way out to an origin of its own, asking it for `/hit-<its name>`. Paths of
 * two parts are what they need besides themselves.
 */
export function vectors(toOrigin: (name: string) => string): Pages {
  const hit = (name: string) => `${toOrigin(name)}/hit-${name}`;
  const page = (body: () => string): Pages[string] => {
    return (_, response) => {
      response.setHeader("content-type", "text/html");
      response.end(body());
    };
  };
  const code = (body: () => string): Pages[string] => {
    return (_, response) => {
      response.setHeader("content-type", "text/javascript");
      response.end(body());
    };
  };
  const redirect = (status: number, name: string): Pages[string] => {
    return (_, response) => response.writeHead(status, { location: hit(name) }).end();
  };
  return {
    "/redirect-301": redirect(301, "redirect-301"),
    "/redirect-302": redirect(302, "redirect-302"),
    "/redirect-307": redirect(307, "redirect-307"),
    "/redirect-chain": (_, response) =>
      response.writeHead(302, { location: "/redirect-chain/next" }).end(),
    "/redirect-chain/next": redirect(302, "redirect-chain"),
    "/meta-refresh": page(
      () => `<meta http-equiv="refresh" content="0;url=${hit("meta-refresh")}">`,
    ),
    "/location": page(() => `<script>location.href = "${hit("location")}"</script>`),
    "/frame": page(() => `<iframe src="${hit("frame")}"></iframe>`),
    "/frame-redirect": page(() => `<iframe src="/frame-redirect/next"></iframe>`),
    "/frame-redirect/next": redirect(302, "frame-redirect"),
    "/srcdoc-frame": page(
      () => `<iframe srcdoc="&lt;img src=${hit("srcdoc-frame")}&gt;"></iframe>`,
    ),
    "/image": page(() => `<img src="${hit("image")}">`),
    "/stylesheet": page(() => `<link rel="stylesheet" href="${hit("stylesheet")}">`),
    "/css-import": page(() => `<style>@import "${hit("css-import")}";</style>`),
    "/font": page(
      () =>
        `<style>@font-face { font-family: f; src: url("${hit("font")}"); }</style><p style="font-family: f">text`,
    ),
    "/script": page(() => `<script src="${hit("script")}"></script>`),
    "/object": page(() => `<object data="${hit("object")}"></object>`),
    "/video": page(() => `<video src="${hit("video")}" autoplay></video>`),
    "/prefetch": page(() => `<link rel="prefetch" href="${hit("prefetch")}">`),
    "/csp-report": (_, response) => {
      response.setHeader("content-type", "text/html");
      response.setHeader(
        "content-security-policy",
        `img-src 'none'; report-uri ${hit("csp-report")}`,
      );
      response.end(`<img src="/nothing">`);
    },
    "/fetch": page(() => `<script>fetch("${hit("fetch")}", { mode: "no-cors" })</script>`),
    "/fetch-redirect": page(
      () => `<script>fetch("/fetch-redirect/next", { mode: "no-cors" })</script>`,
    ),
    "/fetch-redirect/next": redirect(302, "fetch-redirect"),
    "/xhr": page(
      () =>
        `<script>const x = new XMLHttpRequest(); x.open("GET", "${hit("xhr")}"); x.send()</script>`,
    ),
    "/beacon": page(() => `<script>navigator.sendBeacon("${hit("beacon")}", "x")</script>`),
    "/event-source": page(() => `<script>new EventSource("${hit("event-source")}")</script>`),
    "/form-post": page(
      () =>
        `<form id="f" method="post" action="${hit("form-post")}"></form><script>f.submit()</script>`,
    ),
    "/websocket": page(
      () => `<script>new WebSocket("${hit("websocket").replace("http", "ws")}")</script>`,
    ),
    "/websocket-in-worker": page(() => `<script>new Worker("/websocket-in-worker/code")</script>`),
    "/websocket-in-worker/code": code(
      () => `new WebSocket("${hit("websocket-in-worker").replace("http", "ws")}")`,
    ),
    "/worker": page(() => `<script>new Worker("/worker/code")</script>`),
    "/worker/code": code(() => `fetch("${hit("worker")}", { mode: "no-cors" })`),
    "/import-scripts": page(() => `<script>new Worker("/import-scripts/code")</script>`),
    "/import-scripts/code": code(() => `importScripts("${hit("import-scripts")}")`),
    "/shared-worker": page(() => `<script>new SharedWorker("/shared-worker/code")</script>`),
    "/shared-worker/code": code(() => `fetch("${hit("shared-worker")}", { mode: "no-cors" })`),
    "/service-worker": page(
      () => `<script>navigator.serviceWorker.register("/service-worker/code")</script>`,
    ),
    "/service-worker/code": code(
      () =>
        `oninstall = (e) => e.waitUntil(fetch("${hit("service-worker")}", { mode: "no-cors" }))`,
    ),
    "/popup": page(() => `<script>open("${hit("popup")}")</script>`),
    "/popup-redirect": page(() => `<script>open("/popup-redirect/next")</script>`),
    "/popup-redirect/next": redirect(302, "popup-redirect"),
    "/popup-without-opener": page(
      () => `<script>open("${hit("popup-without-opener")}", "", "noopener")</script>`,
    ),
  };
}
