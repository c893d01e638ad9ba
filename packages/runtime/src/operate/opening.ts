import type { Operations, OperationsHost } from "./operations.ts";

/** Keys of the options that ask for some. */
const keys: readonly string[] = [
  ...["oauthIssuer", "oauthResource", "oauthAudience", "oauthScopes", "oauthTenantClaim"],
  ...["oauthPlainJwt", "oauthRequireDpop", "oauthJwksUrl", "oauthIntrospectionUrl"],
  ...["oauthIntrospectionId", "oauthIntrospectionSecret"],
  ...["signInClientId", "signInClientSecret", "signInFile"],
  ...["signInOauthClientId", "signInOauthClientSecret"],
  ...["policyFile", "meterFile", "auditFile", "auditRedis", "metrics", "otel", "redisUrl"],
];

/** Opens what the options ask for; of the rest no code is loaded. */
export async function openOperations(host: Omit<OperationsHost, "stores">): Promise<Operations> {
  const { common } = host;
  if (!keys.some((key) => (common[key] ?? false) !== false)) {
    return { middleware: [], features: [], stores: {}, traffic: [], close: async () => undefined };
  }
  const { openAll } = await import("./open-operations.ts");
  return openAll(host);
}
