import type { Surface, SurfaceTool } from "@fairlead/define";
import { type ClientConfig, toClientConfigs } from "../config/client-config.ts";
import { toOneLine } from "../text.ts";
import { isListed, toEffect, toTokens } from "../tool-facts.ts";
import { type Html, html } from "./html.ts";
import { pagePolicy, pageScript, pageStyle } from "./page-assets.ts";

/** A server as this process serves it: the surface holds what policy left of it. */
export interface ServedServer {
  readonly surface: Surface;
  /** Where it answers, such as `/filesystem/mcp`. */
  readonly path: string;
  /** Scheme, host and port, such as `http://127.0.0.1:3333`. */
  readonly baseUrl: string;
  /** What a person should know before the first call. */
  readonly note?: string | undefined;
}

/** The page a browser gets at `/`: every server with its tools and the config of each client. */
export function toPage(servers: readonly ServedServer[]): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${pagePolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${["Fairlead", ...servers.map(({ surface }) => surface.title)].join(" · ")}</title>
<style>${{ html: pageStyle }}</style>
</head>
<body>
<header>
<h1>${mark} Fairlead</h1>
<p>${toGreeting(servers.length)} This page is for people: it shows what each server can do, and
what to put into your client so that it can use it.</p>
${toContents(servers)}</header>
<main>
${servers.map(toServer)}
</main>
<footer>
<p>This page is whole as it is: nothing on it is loaded from anywhere else.</p>
<div id="said" role="status"></div>
</footer>
<script>${{ html: pageScript }}</script>
</body>
</html>
`.html;
}

// A fairlead: the ring on deck that a line runs through.
const mark = html`<svg width="36" height="36" viewBox="0 0 36 36" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" aria-hidden="true"><circle cx="18" cy="18" r="11"/><path d="M2 24c6 0 9-6 16-6s10-6 16-6"/></svg>`;

function toGreeting(count: number): string {
  if (count === 0) return "No MCP server is being served.";
  return count === 1
    ? "One MCP server is up and answering."
    : `${count} MCP servers are up and answering.`;
}

/** Where each server is on the page; one alone is found without it. */
function toContents(servers: readonly ServedServer[]): Html {
  if (servers.length < 2) return html``;
  return html`<nav aria-label="Servers"><ul>
${servers.map(
  ({ surface }) => html`<li><a href="#server-${surface.name}">${surface.title}</a></li>
`,
)}</ul></nav>
`;
}

function toServer({ surface, path, baseUrl, note }: ServedServer): Html {
  const url = new URL(path, baseUrl).href;
  const id = `server-${surface.name}`;
  const tools = surface.toolsets.flatMap((toolset) => toolset.tools.filter(isListed));
  const configs = toClientConfigs(surface.name, { transport: "http", url });
  return html`<section class="server" aria-labelledby="${id}">
<h2 id="${id}">${surface.title}<small>${surface.package.version}</small></h2>
<p>${surface.package.description} ${toWebsite(surface.websiteUrl)}</p>
${toNote(note)}<div class="address"><code id="${id}-url">${url}</code>${toCopy(`${id}-url`, "address")}</div>
<h3 id="${id}-tools">Tools</h3>
${tools.length === 0 ? html`<p class="note">No tools are being served.</p>` : toTable(id, tools)}
<h3>Connect a client</h3>
${configs.map((config, at) => toClient(id, config, at))}
</section>
`;
}

function toNote(note: string | undefined): Html {
  return note === undefined ? html`` : html`<p class="note">${note}</p>\n`;
}

function toWebsite(url: string | undefined): Html {
  // Only the web: any other scheme could run something when it is clicked.
  if (url === undefined || !/^https?:\/\//.test(url)) return html``;
  return html`<a href="${url}" rel="noreferrer">More about it</a>`;
}

function toTable(id: string, tools: readonly SurfaceTool[]): Html {
  return html`<div class="scroll" role="region" aria-labelledby="${id}-tools" tabindex="0"><table aria-labelledby="${id}-tools">
<thead><tr><th scope="col">Name</th><th scope="col">Effect</th><th scope="col">What it does</th><th scope="col">Tokens</th></tr></thead>
<tbody>
${tools.map(toRow)}</tbody>
</table></div>
<p class="note">A model pays about ${toTokens(tools)} tokens for the whole list.</p>`;
}

function toRow(tool: SurfaceTool): Html {
  const { most, label } = toEffect(tool);
  const { name, description } = tool.wire;
  return html`<tr><th scope="row"><code>${name}</code></th><td><span class="effect ${most}">${label}</span></td><td class="words">${toOneLine(description)}</td><td>${toTokens([tool])}</td></tr>
`;
}

function toClient(server: string, config: ClientConfig, at: number): Html {
  const { client, file, text, command, link, note } = config;
  const id = `${server}-client-${at}`;
  const start = at === 0 ? html` open` : html``;
  return html`<details name="${server}-clients"${start}><summary>${client}</summary><div>
${link === undefined ? html`` : html`<a class="open" href="${link}">Open in ${client}</a>`}
${command === undefined ? html`` : html`<p>Run this in a shell:</p>${toSnippet(`${id}-run`, command, `the ${client} command`)}`}
<p>${command === undefined ? "Put" : "Or put"} this in <code>${file}</code>:</p>
${toSnippet(`${id}-text`, text.trimEnd(), `the ${client} config`)}
${toNote(note)}</div></details>
`;
}

function toSnippet(id: string, text: string, what: string): Html {
  return html`<div class="snippet"><pre tabindex="0" aria-label="${what}"><code id="${id}">${text}</code></pre>${toCopy(id, what)}</div>`;
}

function toCopy(id: string, what: string): Html {
  return html`<button type="button" hidden data-copy="${id}" aria-label="Copy ${what}">Copy</button>`;
}
