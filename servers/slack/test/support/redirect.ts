// Loaded before the reference server: it knows one host, which is led to the emulator from here.
// Slack takes every method by GET and POST, the emulator by POST alone.
const origin = process.env["SLACK_TEST_ORIGIN"];
const onward = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const url = new URL(request.url);
  if (url.origin !== "https://slack.com") throw new Error(`No way to ${url.origin} in a test.`);
  const headers = new Headers({ authorization: request.headers.get("authorization") ?? "" });
  if (request.method === "GET") {
    return onward(`${origin}${url.pathname}`, { method: "POST", headers, body: url.searchParams });
  }
  headers.set("content-type", request.headers.get("content-type") ?? "");
  const body = await request.text();
  return onward(`${origin}${url.pathname}`, { method: "POST", headers, body });
};
