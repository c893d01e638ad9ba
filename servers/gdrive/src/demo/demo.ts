import { importDemo } from "@fairlead/guard";
import { createUpstream, type Fetch } from "@fairlead/upstream";
import { Drive } from "../api/drive.ts";
import type { Credentials } from "../auth/credentials.ts";
import { demoFiles, demoToken, demoUser } from "./demo-data.ts";

/** Starts an emulated Drive on a free port of this machine and opens it. */
export async function openDemo() {
  const { createEmulator } = await importDemo(() => import("emulate"), {
    server: "@fairlead/server-gdrive",
    needs: "emulate@0.12.2",
  });
  const emulator = await createEmulator({
    service: "google",
    port: 0,
    seed: {
      tokens: { [demoToken]: { login: demoUser, scopes: [] } },
      google: { users: [{ email: demoUser, name: "Demo" }], drive_items: demoFiles },
    },
  });
  const upstream = createUpstream({ baseUrl: emulator.url });
  const credentials: Credentials = { scopes: undefined, token: async () => demoToken };
  const during = (signal: AbortSignal) => fillGaps(upstream.during(signal));
  const drive = new Drive({
    upstream: { ...upstream, during },
    credentials,
    baseUrl: emulator.url,
    sheetsUrl: emulator.url,
  });
  return {
    drive,
    async close() {
      upstream.close();
      await emulator.close();
    },
  };
}

/**
 * What a newcomer tries first and the emulator has not: it exports nothing, finds every file whatever
 * the words, and knows nobody who could read one.
 */
function fillGaps(fetch: Fetch): Fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    if (url.pathname.endsWith("/export")) {
      url.pathname = url.pathname.replace(/\/export$/, "");
      url.search = "?alt=media";
      return fetch(url, { headers: request.headers });
    }
    // Nobody but its owner is let into an emulated Drive.
    if (url.pathname.endsWith("/permissions")) return Response.json({ permissions: [] });
    const words = /(?:fullText|name) contains '((?:\\.|[^'\\])*)'/.exec(
      url.searchParams.get("q") ?? "",
    );
    const response = await fetch(request);
    return words === null || !response.ok ? response : keepMatches(response, words[1] ?? "");
  };
}

async function keepMatches(response: Response, words: string): Promise<Response> {
  const wanted = words.replace(/\\(.)/g, "$1").toLowerCase().split(/\s+/);
  const matches = demoFiles.filter(({ name, data = "" }) => {
    const text = `${name} ${data}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  const ids = matches.map(({ id }) => id);
  const page: unknown = await response.json();
  const files = typeof page === "object" && page !== null && "files" in page ? page.files : [];
  const kept = Array.isArray(files) ? files.filter((file) => ids.includes(Object(file).id)) : [];
  return Response.json({ files: kept });
}
