import { askJson, NoAnswer } from "./ask.ts";
import { isSecure } from "./settings.ts";

/** Members of the metadata of an authorization server that are URLs (RFC 8414 section 2). */
type Endpoint = "jwks_uri" | "authorization_endpoint" | "token_endpoint";

/** Gives a URL from the metadata of an issuer. Rejects with NoAnswer where no metadata can be used. */
export async function findEndpoint(issuer: string, name: Endpoint): Promise<URL> {
  const problems: string[] = [];
  for (const url of toMetadataUrls(issuer)) {
    try {
      const metadata = await askJson(url);
      // RFC 8414 section 3.3: another's metadata would bring another's keys.
      if (metadata["issuer"] !== issuer) {
        throw new NoAnswer(
          `${url.href} is of the issuer ${JSON.stringify(metadata["issuer"])}, which must be ${JSON.stringify(issuer)} character by character.`,
        );
      }
      return toUrl(name, metadata[name], url);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new NoAnswer(`No metadata of the issuer ${issuer} can be used. ${problems.join(" ")}`);
}

/** The places of metadata, in the order in which MCP clients try them. */
function toMetadataUrls(issuer: string): readonly URL[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  const paths = [
    `/.well-known/oauth-authorization-server${path}`,
    `/.well-known/openid-configuration${path}`,
    ...(path === "" ? [] : [`${path}/.well-known/openid-configuration`]),
  ];
  return paths.map((each) => new URL(`${origin}${each}`));
}

function toUrl(name: Endpoint, given: unknown, metadata: URL): URL {
  const url = typeof given === "string" ? URL.parse(given) : null;
  // Another server must not lead us to addresses of this machine.
  const isPublic = metadata.protocol === "https:";
  if (url !== null && (isPublic ? url.protocol === "https:" : isSecure(url))) return url;
  throw new NoAnswer(`${metadata.href} has no ${name} that begins with https://.`);
}
