import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { Seal } from "@fairlead/guard/seal";
import { MemoryVault } from "@fairlead/store";
import { onTestFinished } from "vitest";
import { type AccountOptions, Accounts } from "../src/sign-in/accounts.ts";

/** A token endpoint that takes each refresh token once, as GitHub's does. */
export async function startTokens() {
  const requests: { readonly form: URLSearchParams; readonly authorization: string | undefined }[] =
    [];
  let current = "refresh-0";
  const settings = { refusal: "", expiresIn: 3_600 };
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    requests.push({ form, authorization: request.headers.authorization });
    response.setHeader("content-type", "application/json");
    if (settings.refusal !== "" || form.get("refresh_token") !== current) {
      const error = settings.refusal || "invalid_grant";
      response.writeHead(400).end(JSON.stringify({ error }));
      return;
    }
    current = `refresh-${requests.length}`;
    const access_token = `access-${requests.length}`;
    response.end(
      JSON.stringify({ access_token, refresh_token: current, expires_in: settings.expiresIn }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("Not a TCP server.");
  return { requests, settings, url: `http://127.0.0.1:${address.port}/token` };
}

/** Accounts of a process, with what it warned of. */
export function openAccounts(url: string, more: Partial<AccountOptions> = {}) {
  const warnings: string[] = [];
  const vault = more.vault ?? new MemoryVault();
  const accounts = new Accounts({
    ...{ vault, server: "notes", client: { id: "us", secret: "s&cret" } },
    seal: new Seal(["a key of our tests that is long enough"]),
    provider: async () => ({
      title: "Notes",
      ...{ authorizationEndpoint: "http://127.0.0.1/", tokenEndpoint: url, scopes: [] },
    }),
    warn: (message) => void warnings.push(message),
    ...more,
  });
  return { accounts, vault, warnings };
}
