import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startGuarded } from "../../../identity/guarded.ts";
import type { ClientMetadata } from "../../../identity/provider.ts";
import { run } from "../../../processes.ts";
import type { Outcome } from "../../judge/outcome.ts";
import { install } from "../install.ts";

/** What the driver prints of each flow. */
interface Ruling {
  readonly label: string;
  readonly passed: boolean;
  readonly summary: string;
  readonly steps: readonly Step[];
}

interface Step {
  readonly step: string;
  readonly status: Outcome["status"];
  readonly reason?: string;
}

const server = fileURLToPath(
  new URL("../../../../../../examples/everything/dist/main.cjs", import.meta.url),
);
const browser = new URL("../../../identity/browser.ts", import.meta.url);

const versions = ["2025-03-26", "2025-06-18", "2025-11-25"] as const;
const registrations = ["dcr", "preregistered", "cimd"] as const;
const modes = ["interactive", "headless", "client_credentials"] as const;

const known = { clientId: "registered-by-hand", clientSecret: "known-to-both-of-them" };
const documentUrl = "https://client.example/mcp.json";
/** The suite takes any port of loopback for its callback. */
const redirects = ["http://127.0.0.1/callback"];
const document: ClientMetadata = {
  ...{ client_id: documentUrl, client_name: "MCPJam", redirect_uris: redirects },
  ...{ grant_types: ["authorization_code", "refresh_token"], response_types: ["code"] },
  ...{ application_type: "native", token_endpoint_auth_method: "none" },
};
const documents = { [documentUrl]: document };
const client: ClientMetadata = {
  ...{ client_id: known.clientId, client_secret: known.clientSecret, redirect_uris: redirects },
  grant_types: ["authorization_code", "refresh_token", "client_credentials"],
  ...{ response_types: ["code"], application_type: "native" },
};

/** Steps about a user, whom a machine does not have. Any other that is left out counts as failed. */
const userSteps: readonly string[] = [
  "generate_pkce_parameters",
  "authorization_request",
  "received_authorization_code",
  "oauth_invalid_authorize_redirect",
  "oauth_invalid_redirect",
];

/** What MCPJam's OAuth suite says of the server with every feature, in every flow that the suite has. */
export async function checkOAuth(log: (line: string) => void): Promise<readonly Outcome[]> {
  const name = "MCPJam's OAuth suite runs";
  const installed = await install("mcpjam");
  if ("missing" in installed) {
    log(`MCPJam's OAuth suite was not run: ${installed.missing}.`);
    return [{ name, status: process.env["FAIRLEAD_REQUIRE"] === "all" ? "failed" : "skipped" }];
  }
  const scopes = ["mcp:read", "mcp:write", "mcp:destroy"];
  const { server: guarded, close } = await startGuarded({
    bin: server,
    scopes,
    clients: [client],
    documents,
  });
  try {
    const given = { url: guarded.url, flows: listFlows(), browser: browser.href, documents };
    const program = join(dirname(installed.driver), "oauth.mjs");
    const { code, stdout, stderr } = await run(program, [JSON.stringify(given)], {
      DO_NOT_TRACK: "1",
    });
    if (code !== 0) return [{ name, status: "failed", reasons: stderr.split("\n") }];
    const rulings: readonly Ruling[] = JSON.parse(stdout);
    for (const line of toLines(rulings)) log(line);
    return rulings.map(toOutcome);
  } finally {
    await close();
  }
}

/** Every flow that the suite has: it has documents of clients in its last version alone, and not for machines. */
function listFlows(): readonly object[] {
  return versions.flatMap((protocolVersion) =>
    registrations.flatMap((registrationStrategy) =>
      modes.flatMap((mode) => {
        const byDocument = registrationStrategy === "cimd";
        if (byDocument && (protocolVersion !== "2025-11-25" || mode === "client_credentials")) {
          return [];
        }
        return [
          {
            ...{ protocolVersion, registrationStrategy },
            label: `${protocolVersion} ${registrationStrategy} ${mode}`,
            auth: mode === "client_credentials" ? { mode, ...known } : { mode },
            // A machine gets the scopes that it asks for, and the suite asks for none by itself.
            ...(mode === "client_credentials" && { scopes: "mcp:read" }),
            client: { preregistered: known, clientIdMetadataUrl: documentUrl },
            verification: { listTools: true, callTool: { name: "list_notes" } },
          },
        ];
      }),
    ),
  );
}

/** A flow has passed if every step has that could be run. */
export function toOutcome(ruling: Ruling): Outcome {
  const { label, passed, summary, steps } = ruling;
  const reasons = [
    ...(passed ? [] : [summary]),
    ...steps
      .filter((step) => step.status === "failed" || isMissing(ruling, step))
      .map(({ step, status, reason = "no reason" }) => `${step} ${status}: ${reason}`),
    // What was asked for and is not there has not been passed.
    ...["oauth_invalid_token", "verify_list_tools", "verify_call_tool"]
      .filter((step) => !steps.some((one) => one.step === step && one.status === "passed"))
      .map((step) => `${step} has not been passed.`),
  ];
  const status = reasons.length === 0 ? "passed" : "failed";
  return { name: `MCPJam OAuth: ${label}`, status, reasons };
}

function isMissing({ label }: Ruling, { step, status }: Step): boolean {
  const needsNoUser = label.endsWith(" client_credentials") && userSteps.includes(step);
  return status === "skipped" && !needsNoUser;
}

function toLines(rulings: readonly Ruling[]): readonly string[] {
  const passed = rulings.filter(({ passed: all }) => all).length;
  return [
    `MCPJam: ${passed} of ${rulings.length} OAuth flows passed.`,
    ...rulings.map(({ label, steps }) => {
      const done = steps.filter(({ status }) => status === "passed").length;
      const left = steps.filter(({ status }) => status === "skipped").map(({ step }) => step);
      const rest = left.length === 0 ? "" : `; left out: ${left.join(", ")}`;
      return `  ${label}: ${done} of ${steps.length} steps passed${rest}`;
    }),
  ];
}
