import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startGuarded } from "../../identity/guarded.ts";
import type { Call } from "../call.ts";
import { createClaudeCodeSigningIn } from "../clients/claude-code.ts";
import { createCodexSigningIn } from "../clients/codex.ts";
import type { Host, SignIn } from "../host.ts";
import type { Outcome } from "../judge/outcome.ts";
import { runHost } from "../run-host.ts";

export interface SignInOptions {
  readonly hosts: readonly Host[];
  /** Where the package of a host is installed. */
  packagesOf(host: Host): string;
  /** Milliseconds a host may take. */
  readonly timeout: number;
  log(line: string): void;
}

/** A host that can sign in to a server, by the name of the host. */
const signingIn: Readonly<Record<string, (signIn: SignIn) => Host>> = {
  "Claude Code": createClaudeCodeSigningIn,
  Codex: createCodexSigningIn,
};

const everything = fileURLToPath(
  new URL("../../../../../examples/everything/dist/main.cjs", import.meta.url),
);
const scopes = ["mcp:read", "mcp:write", "mcp:destroy"];

/** A call that a host makes once it has signed in. */
interface SignedCall {
  readonly call: Call;
  /** What the model reads in the end. */
  readonly expects: string;
  /** The scope it lacks at first. */
  readonly lacks?: string;
}

const reading: SignedCall = {
  call: { server: "notes", tool: "read_note", arguments: { name: "welcome" } },
  expects: "Everything here may be changed or deleted.",
};
const writing: SignedCall = {
  call: { server: "notes", tool: "write_note", arguments: { name: "shopping", text: "lamps" } },
  ...{ expects: "Wrote shopping.", lacks: "mcp:write" },
};

/** A way in which hosts make themselves known to an authorization server. */
interface Registration {
  readonly says: string;
  /** What the authorization server knows of the documents of clients, if it takes any. */
  readonly documents?: Readonly<Record<string, object>>;
  readonly calls: SignedCall;
  /** What it did by the end. */
  readonly deeds: RegExp;
}

const registrations: readonly Registration[] = [
  {
    ...{ says: "signs in with its client id metadata document, and calls a tool", calls: reading },
    documents: Object.fromEntries(
      [
        "https://claude.ai/oauth/claude-code-client-metadata",
        "https://chatgpt.com/oauth/codex/client.json",
      ].map((url) => [url, toDocument(url)]),
    ),
    deeds: /^authorization_code$/,
  },
  {
    says: "registers itself, signs in, and signs in again when a call needs more",
    calls: writing,
    // Codex registers for each time.
    deeds: /^registration authorization_code( registration)? authorization_code$/,
  },
];

/** As these hosts publish theirs: a program of the user's machine, on any port of it. */
function toDocument(url: string): object {
  return {
    ...{ client_id: url, client_name: "A host", application_type: "native" },
    redirect_uris: ["http://localhost/callback", "http://127.0.0.1/callback"],
    ...{ grant_types: ["authorization_code", "refresh_token"], response_types: ["code"] },
    token_endpoint_auth_method: "none",
  };
}

/**
 * Has each host that can do so sign in at a real authorization server, in each way to register and with
 * nobody at the screen, and then call a tool that needs the token.
 */
export async function signInHosts(options: SignInOptions): Promise<readonly Outcome[]> {
  const folder = await mkdtemp(join(tmpdir(), "fairlead-sign-in-"));
  try {
    const browser = join(folder, "browser");
    const program = fileURLToPath(new URL("browse.ts", import.meta.url));
    await writeFile(browser, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$1"\n`);
    await chmod(browser, 0o700);
    const outcomes = await Promise.all(options.hosts.map((host) => signIn(host, browser, options)));
    return outcomes.flat();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function signIn(
  host: Host,
  browser: string,
  options: SignInOptions,
): Promise<readonly Outcome[]> {
  const open = signingIn[host.name];
  if (open === undefined) return [];
  const outcomes: Outcome[] = [];
  for (const registration of registrations) {
    const once = () => signInOnce({ host, open, browser, registration }, options);
    const first = await once();
    // What a host does when it is run once more is what it does.
    if (first.length > 0) options.log(`At first: ${host.name}: ${first.join("; ")}`);
    const reasons = first.length > 0 ? await once() : first;
    const status = reasons.length === 0 ? "passed" : "failed";
    outcomes.push({ name: `${host.name} ${registration.says}`, status, reasons });
  }
  return outcomes;
}

/** One host in one way to register. */
interface Attempt {
  readonly host: Host;
  readonly open: (signIn: SignIn) => Host;
  readonly browser: string;
  readonly registration: Registration;
}

/** Where a host differs from what is expected of it. */
async function signInOnce(
  { host, open, browser, registration }: Attempt,
  { packagesOf, timeout }: SignInOptions,
): Promise<readonly string[]> {
  const { documents, calls, deeds } = registration;
  const { call, expects, lacks } = calls;
  const { identity, server, close } = await startGuarded({
    ...{ bin: everything, scopes },
    ...(documents && { documents }),
  });
  try {
    const signer = open({ name: call.server, url: server.url, browser, ...(lacks && { lacks }) });
    const run = { servers: [], script: [call], packages: packagesOf(host), timeout };
    const { model, failure } = await runHost(signer, run);
    const first = model.shown(0)?.texts.join("\n") ?? "nothing";
    // A second run shows the model more than the first, under the same id.
    const isAnswered = JSON.stringify(model.posted).includes(expects);
    const isRefused = /mcp:write|insufficient scope/i.test(first);
    const did = identity.deeds.join(" ");
    return [
      ...(failure === undefined ? [] : [failure]),
      ...(isAnswered ? [] : [`The model was not shown: ${expects}`]),
      ...(isRefused === (lacks !== undefined) ? [] : [`At first it was shown: ${first}`]),
      ...(deeds.test(did) ? [] : [`The authorization server did: ${did}`]),
    ];
  } catch (error) {
    return [String(error)];
  } finally {
    await close();
  }
}
