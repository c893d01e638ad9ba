import type { SecurityScheme, SecuritySet, SignInFlow } from "@fairlead/openapi";
import { isJson, type Json, toJson, toList, toText } from "../json.ts";
import type { References } from "./schemas/references.ts";

/** The scheme of an API that says nothing of any, since many of these want a token all the same. */
const unsaid = "api";

/**
 * The security schemes that can be met, by name. What operations name and nobody declares is taken
 * for a token, and so is what an API without any scheme may want.
 */
export function toSchemes(document: Json, references: References): Record<string, SecurityScheme> {
  const given = Object.entries(toJson(toJson(document["components"])["securitySchemes"]));
  const declared = given.map(([name]) => name);
  const named = listNamed(document).filter((name) => !declared.includes(name));
  const undeclared = declared.length + named.length === 0 ? [unsaid] : named;
  const tokens = undeclared.map((name) => [name, { type: "bearer" as const }] as const);
  const found = given.flatMap(([name, value]) => {
    const scheme = toScheme(references.resolve(value));
    return scheme === undefined ? [] : [[name, scheme] as const];
  });
  return Object.fromEntries([...found, ...tokens]);
}

/** The schemes that some operation asks for. */
function listNamed(document: Json): string[] {
  const items = Object.values(toJson(document["paths"])).map(toJson);
  const operations = items.flatMap((item) => Object.values(item).filter(isJson));
  const all = [document, ...operations].flatMap(({ security }) => toList(security).filter(isJson));
  return [...new Set(all.flatMap(Object.keys))];
}

function toScheme(given: Json): SecurityScheme | undefined {
  const { type, in: place, name, scheme } = given;
  if (type === "apiKey" && typeof name === "string" && isKeyPlace(place)) {
    return { type, in: place, name };
  }
  if (type === "http") {
    const word = toText(scheme)?.toLowerCase();
    if (word === "basic") return { type: "basic" };
    // Digest and its like need a conversation; what is left is a token.
    if (word === "digest" || word === "negotiate") return undefined;
    const own = toText(scheme) ?? "";
    // The words of other schemes stand before their tokens as the document writes them.
    return word === undefined || word === "bearer" || !/^[\w-]+$/.test(own)
      ? { type: "bearer" }
      : { type: "bearer", word: own };
  }
  if (type === "oauth2") return toOauth(toJson(given["flows"]));
  return type === "openIdConnect" ? { type: "bearer" } : undefined;
}

/** The flows that need no person come first. */
function toOauth(flows: Json): SecurityScheme {
  const order = ["clientCredentials", "authorizationCode", "password", "deviceAuthorization"];
  const all = order.map((name) => toJson(flows[name]));
  const tokenUrl = all.map((flow) => toText(flow["tokenUrl"])).find((url) => url);
  const refreshUrl = all.map((flow) => toText(flow["refreshUrl"])).find((url) => url);
  const signIn = toSignIn(toJson(flows["authorizationCode"]));
  return {
    type: "oauth2",
    ...(tokenUrl && { tokenUrl }),
    ...(refreshUrl && { refreshUrl }),
    ...(signIn && { signIn }),
  };
}

/** The flow in which each caller can sign in to an account of their own. */
function toSignIn(flow: Json): SignInFlow | undefined {
  const authorizationUrl = toText(flow["authorizationUrl"]);
  const tokenUrl = toText(flow["tokenUrl"]);
  if (!authorizationUrl || !tokenUrl) return undefined;
  return { authorizationUrl, tokenUrl, scopes: Object.keys(toJson(flow["scopes"])) };
}

function isKeyPlace(place: unknown): place is "header" | "query" | "cookie" {
  return place === "header" || place === "query" || place === "cookie";
}

/**
 * The sets of schemes that open an operation, without those that cannot be met. Undefined where there
 * were some and none is left.
 */
export function toSecurity(
  own: unknown,
  document: Json,
  schemes: Readonly<Record<string, SecurityScheme>>,
): SecuritySet[] | undefined {
  const none = own === undefined && document["security"] === undefined;
  if (none && Object.hasOwn(schemes, unsaid)) return [{ [unsaid]: [] }, {}];
  const given = toList(own ?? document["security"]).filter(isJson);
  const sets = given
    .filter((set) => Object.keys(set).every((name) => Object.hasOwn(schemes, name)))
    .map((set) => {
      const entries = Object.entries(set).map(([name, scopes]) => [
        name,
        toList(scopes).map(String),
      ]);
      return Object.fromEntries(entries);
    });
  return given.length > 0 && sets.length === 0 ? undefined : sets;
}

/** Whether a parameter is what a security scheme sends already, so that no caller has to. */
export function isCredential(
  parameter: Json,
  sets: readonly SecuritySet[],
  schemes: Readonly<Record<string, SecurityScheme>>,
): boolean {
  const names = sets.flatMap((set) => Object.keys(set));
  const used = names.flatMap((name) => schemes[name] ?? []);
  const name = String(parameter["name"]);
  if (used.some((one) => one.type === "apiKey" && isSame(one, parameter))) return true;
  if (!used.some(({ type }) => type === "bearer" || type === "oauth2")) return false;
  // Slack and others name their own token again as a parameter; other APIs trade in tokens.
  const held = parameter["in"] === "path" || parameter["in"] === "body";
  if (held || !/^(?:access_?|auth_?|oauth_?|api_?)?token$/i.test(name)) return false;
  return /\b(?:oauth|bearer|authenticat\w*|(?:access|api|auth) token)\b/i.test(
    String(parameter["description"] ?? ""),
  );
}

function isSame(scheme: { readonly in: string; readonly name: string }, parameter: Json): boolean {
  const [one, two] = [scheme.name, String(parameter["name"])];
  if (scheme.in !== parameter["in"]) return false;
  return scheme.in === "header" ? one.toLowerCase() === two.toLowerCase() : one === two;
}
