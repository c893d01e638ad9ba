import type { Surface } from "@fairlead/define";
import { type StdioEndpoint, toExample, toStdioEndpoint, toWords } from "./config/endpoint.ts";

/** A server needs no right of its own and no file but those it is given. */
const hardening = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"];

/**
 * Says whether the server of a container is alive: over HTTP by GET /livez, and else because it runs. Where it
 * listens is in the words of the first process, in a variable or in the file of --config.
 */
const healthCheck = [
  "const f=require('fs'),w=f.readFileSync('/proc/1/cmdline','utf8').split('\\0'),",
  "o=(n,v)=>{const i=w.findIndex(x=>x===n||x.startsWith(n+'='));",
  "return i<0?process.env[v]:w[i].slice(n.length+1)||w[i+1]},",
  "c=o('--config','FAIRLEAD_CONFIG'),",
  "h=o('--http','FAIRLEAD_HTTP')||(c?JSON.parse(f.readFileSync(c,'utf8')).http:''),",
  "[,a,p]=/^(?:(.+):)?(\\d+)$/.exec(h||'')||[],",
  "u=({'0.0.0.0':'127.0.0.1','[::]':'[::1]'})[a]||a||'127.0.0.1';",
  "if(p)fetch('http://'+u+':'+p+'/livez').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))",
].join("");

/**
 * The stage every server's image begins with: Debian and Node with its licence, without a package manager of
 * Node, under an account of its own.
 */
export const imageBase = `FROM debian:bookworm-slim AS base
COPY --from=node:24-bookworm-slim /usr/local/bin/node /usr/local/bin/
COPY --from=node:24-bookworm-slim /usr/local/LICENSE /usr/share/doc/nodejs/copyright
RUN node --version \\
  && useradd --uid 1000 --user-group --no-create-home --home-dir /nonexistent fairlead
ENV NODE_ENV=production
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s \\
  CMD ${JSON.stringify(["node", "-e", healthCheck])}
ENTRYPOINT ["node", "/app/dist/main.cjs"]`;

/** The name examples give to a server's image. */
export function toImageName({ package: { command, name } }: Surface): string {
  return command ?? name.replace(/^@/, "").replaceAll("/", "-");
}

/**
 * What a server's image says of itself, by label; the registry knows it again by the last one. The licence is
 * the one of its package.json, which a Surface does not tell.
 */
export function toLabelInstruction(
  { title, package: facts }: Surface,
  license?: string | undefined,
): string {
  const { version, description, mcpName } = facts;
  const labels = {
    "org.opencontainers.image.title": title,
    "org.opencontainers.image.description": description,
    "org.opencontainers.image.version": version,
    ...(license !== undefined && { "org.opencontainers.image.licenses": license }),
    ...(mcpName !== undefined && { "io.modelcontextprotocol.server.name": mcpName }),
  };
  const words = Object.entries(labels).map(
    // In a Dockerfile a dollar would begin a variable.
    ([label, value]) => `${label}=${JSON.stringify(value).replaceAll("$", "\\$")}`,
  );
  return `LABEL ${words.join(" \\\n  ")}`;
}

/** How a container engine starts a server's image, with the same examples as npx would have. */
export function toContainerEndpoint(surface: Surface): StdioEndpoint {
  const npx = toStdioEndpoint(surface);
  const places = surface.options
    .filter(({ positional, kind }) => positional === true && kind === "directory")
    .map(toExample);
  const variables = [...Object.keys(npx.env), ...npx.secrets.map(({ variable }) => variable)];
  return {
    ...npx,
    command: "docker",
    args: [
      ...["run", "--rm", "-i", ...hardening],
      // By the same name inside as outside, so that client and server mean the same file.
      ...places.flatMap((path) => ["-v", `${path}:${path}`]),
      ...variables.flatMap((name) => ["-e", name]),
      toImageName(surface),
      ...toWords(surface),
    ],
  };
}
