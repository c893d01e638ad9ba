import type { Environment, Server, SignInProvider, Surface } from "@fairlead/define";
import { Endpoint } from "../protocol/endpoint.ts";
import type { Loaded } from "../protocol/options.ts";
import { toNames } from "./common.ts";
import type { Log } from "./log.ts";
import type { Operations } from "./operations.ts";
import { OptionProblems } from "./option-problems.ts";
import type { Values } from "./options.ts";
import { toRequestLine } from "./request-line.ts";
import type { Settings } from "./settings.ts";

/** What an endpoint is made of: a server, what was asked of it, and what was opened for it. */
export interface Composed {
  readonly surface: Surface;
  readonly settings: Pick<Settings, "common" | "own" | "policy">;
  readonly secrets: readonly string[];
  readonly log: Log;
  readonly operations: Operations;
  load(): Promise<Loaded>;
}

/** Creates the endpoint of a server as its options ask for it, and keeps its lists in step with its policy. */
export function createServedEndpoint(composed: Composed): Endpoint {
  const { surface, settings, secrets, log, operations } = composed;
  const { common, own, policy } = settings;
  const limit = Number(common["maxOutputChars"]);
  const showArguments = common["logArguments"] === true;
  const load = once(composed.load);
  operations.signIn?.provide(async () => toProvider(await load()));
  const endpoint = new Endpoint({
    ...{ surface, policy, secrets, load },
    stateKeys: toNames(common["stateKeys"]) ?? [],
    budget: limit === 0 ? Number.POSITIVE_INFINITY : limit,
    sink: log.error,
    middleware: operations.middleware,
    features: operations.features,
    ...(operations.denied && { denied: operations.denied }),
    ...(operations.access && { access: operations.access }),
    ...operations.stores,
    ...(operations.oauth && { authorize: operations.oauth.server.authorize }),
    ...(operations.observe && { observe: operations.observe }),
    ...(common["logLevel"] === "debug" && {
      trace: (trace) => log.debug(toRequestLine(trace, { showArguments })),
    }),
    anonymous: isAnonymous(surface, own),
    ...(operations.signIn && { signIn: operations.signIn }),
  });
  operations.onAccess?.(() => endpoint.announceAccess());
  return endpoint;
}

/** Has this loaded once; after a failure, once more. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}

/** Where the callers of a server sign in; `toLoaded` has refused a server without. */
function toProvider({ server, config }: Loaded): SignInProvider {
  const provider = server.signIn?.(config);
  if (provider === undefined) throw new TypeError(`${server.name} has no signIn.`);
  return provider;
}

/** A server with its options as it takes them. Throws OptionProblems where it does not take them. */
export function toLoaded(
  server: Server,
  surface: Surface,
  { common, own }: Pick<Settings, "common" | "own">,
  environment: Environment,
): Required<Loaded> {
  if (common["signInClientId"] !== undefined && server.signIn === undefined) {
    throw new OptionProblems([
      `--sign-in-client-id (FAIRLEAD_SIGN_IN_CLIENT_ID): ${surface.title} has no service to sign in to.`,
    ]);
  }
  const parsed = server.config.safeParse(own);
  if (parsed.success) return { server, config: parsed.data, environment };
  throw new OptionProblems(
    parsed.error.issues.map(({ path, message }) => {
      const option = surface.options.find(({ key }) => key === path[0]);
      return option ? `${option.flag} (${option.env}): ${message}` : message;
    }),
  );
}

/** Whether the server knows how credentials are given and was given none. */
function isAnonymous({ credentials = [] }: Surface, own: Values): boolean {
  // A flag like --demo that nobody set is false.
  return credentials.length > 0 && credentials.every((key) => (own[key] ?? false) === false);
}
