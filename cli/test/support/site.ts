import { once } from "node:events";
import { createServer } from "node:http";

/** A web site on loopback. */
export interface Site {
  readonly port: number;
  readonly origin: string;
  close(): Promise<void>;
}

/** 75,000 elements and a text in each. */
const rows = `<script>document.body.innerHTML =
  Array.from({ length: 75000 }, (_, n) => "<p tabindex=0>row " + n + "</p>").join("");</script>`;
const lines = `<script>for (let n = 0; n < 40; n += 1) console.log("x".repeat(1_000_000) + n);</script>`;

/** Pages that cost much to read, by their paths. */
const pages = new Map([
  ["/", "<title>Here</title><p>hello</p>"],
  ["/rows", `<title>Rows</title><body>${rows}`],
  ["/lines", `<title>Lines</title>${lines}`],
]);

export async function createSite(): Promise<Site> {
  const server = createServer((request, response) => {
    const page = pages.get(request.url ?? "/");
    response.writeHead(page === undefined ? 404 : 200, { "content-type": "text/html" }).end(page);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    port,
    origin: `http://localhost:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
