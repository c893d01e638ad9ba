import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audience, startIssuer } from "../load/issuer.ts";

/** What an operator puts in front of a server, each by an option of it. */
export type Guard = (typeof allGuards)[number];

export const allGuards = ["JWT", "limits", "audit", "metrics"] as const;

/** What guarded servers need while they run. */
export interface Guards {
  /** The token that callers bear. */
  readonly token: string;
  /** The options of a Fairlead server that ask for these guards; `name` is that of no other server. */
  toArgs(guards: readonly Guard[], name: string): readonly string[];
  /** The options by which a peer of the bench checks tokens as Fairlead does. */
  readonly bearerArgs: readonly string[];
  close(): Promise<void>;
}

/** Limits that each call has to be counted against, and that no load of the bench comes up to. */
const limits = {
  rules: [
    {
      match: {},
      requests: { perSecond: 1_000_000 },
      limits: [
        { per: ["principal", "tool"], rate: { perSecond: 1_000_000 }, concurrency: 1_000 },
        { per: ["tenant"], day: 1_000_000_000_000 },
      ],
    },
  ],
};

/** Starts an issuer, and makes a folder for a policy file and for audit logs. */
export async function openGuards(): Promise<Guards> {
  const folder = await mkdtemp(join(tmpdir(), "bench-guards-"));
  const policy = join(folder, "policy.json");
  await writeFile(policy, JSON.stringify(limits));
  const { token, url, jwksUrl, close } = await startIssuer();
  const toOptions = (guard: Guard, name: string) =>
    ({
      JWT: [
        ...["--oauth-issuer", url, "--oauth-jwks-url", jwksUrl],
        ...["--oauth-resource", audience],
      ],
      limits: ["--policy-file", policy],
      audit: ["--audit-file", join(folder, `${name.replaceAll(/\W+/g, "-")}.jsonl`)],
      metrics: ["--metrics", "127.0.0.1:0"],
    })[guard];
  return {
    token,
    toArgs: (guards, name) => guards.flatMap((guard) => toOptions(guard, name)),
    bearerArgs: ["--issuer", url, "--jwks", jwksUrl, "--audience", audience],
    async close() {
      close();
      await rm(folder, { recursive: true });
    },
  };
}
