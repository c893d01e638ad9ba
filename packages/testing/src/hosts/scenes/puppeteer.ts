import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { listen } from "../../fakes/listen.ts";
import { toLines } from "../media.ts";
import type { Scene } from "../scene.ts";

const pages: Readonly<Record<string, string>> = {
  "/": `<title>Lamp shop</title><h1>Lamps of brass</h1>
    <form action="/receipt">
      <label>Name <input id="name" name="name"></label>
      <label>Shade <select id="shade"><option>glass</option><option>paper</option></select></label>
      <input id="sketch" type="file" aria-label="Sketch">
      <button id="order">Order</button>
    </form>
    <a id="more" href="/tale">The long tale</a>
    <div id="from" draggable="true">wick</div><div id="to">socket</div>
    <button id="ask" type="button" onclick="setTimeout(() => confirm('Really dim the lamp?'))">Dim</button>
    <script>
      console.log("The lamp is lit");
      console.warn("Oil runs low");
      fetch("/stock.json");
    </script>`,
  "/tale": `<title>A tale</title><pre>${toLines(2500, "The lamplighter walks on, verse")}</pre>`,
  "/receipt": "<title>Receipt</title><h1>Thank you for the order</h1>",
};

export const puppeteer: Scene = {
  server: "puppeteer",
  async open(folder) {
    const site = await listen((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://site");
      const page = pages[pathname];
      if (pathname === "/stock.json") {
        response.writeHead(200, { "content-type": "application/json" }).end('{"lamps":"seven"}');
      } else if (page === undefined) {
        response.writeHead(404).end();
      } else {
        response.writeHead(200, { "content-type": "text/html" }).end(page);
      }
    });
    const { port } = new URL(site.url);
    const origin = `http://localhost:${port}`;
    const sketch = join(folder, "sketch.txt");
    return {
      async prepare() {
        await mkdir(folder, { recursive: true });
        await writeFile(sketch, "a lamp\n");
        return {
          args: [
            ...["--sandbox", "auto", "--allow-hosts", `localhost:${port}`],
            ...["--upload-dirs", folder],
          ],
          env: {},
          calls: toCalls(origin, sketch),
        };
      },
      async close() {
        await site.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};

function toCalls(origin: string, sketch: string) {
  const call = (tool: string, given: object = {}) => ({
    tool: `puppeteer_${tool}`,
    arguments: { ...given },
  });
  const refused = (tool: string, given: object) => ({ ...call(tool, given), refused: true });
  return [
    call("navigate", { url: `${origin}/` }),
    call("wait_for", { text: "Lamps of brass" }),
    call("snapshot"),
    call("find", { text: "Shade" }),
    call("get_text"),
    call("screenshot", { name: "shop" }),
    call("screenshot", { name: "heading", selector: "h1", format: "png" }),
    call("pdf"),
    call("fill", { selector: "#name", value: "Ada" }),
    call("fill_form", { fields: [{ selector: "#name", value: "Grace" }] }),
    call("select", { selector: "#shade", value: "paper" }),
    call("hover", { selector: "#order", include_snapshot: true }),
    call("press_key", { key: "Tab" }),
    call("drag", { from: "#from", to: "#to" }),
    call("mouse", { action: "wheel", target: "h1", dy: 100 }),
    call("upload_file", { selector: "#sketch", paths: [sketch] }),
    call("console_messages"),
    call("network_requests"),
    call("network_request", { id: "r2" }),
    call("emulate", { width: 800, height: 600 }),
    call("evaluate", { script: "({ title: document.title, links: document.links.length })" }),
    call("evaluate", { script: "['brass', 'glass']" }),
    refused("evaluate", { script: "nonsense()" }),
    call("click", { selector: "#ask" }),
    call("handle_dialog", { accept: true }),
    call("click", { selector: "#more", include_snapshot: true }),
    call("get_text", { format: "text" }),
    call("snapshot"),
    call("back_forward", { action: "back" }),
    call("tabs", { action: "list" }),
    refused("click", { selector: "#absent" }),
    refused("navigate", { url: "http://127.0.0.1:9/" }),
    call("close"),
  ];
}
