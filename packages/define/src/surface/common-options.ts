import type { Option } from "./surface.ts";

/** What every server's bin takes besides the options of its own config. */
export const commonOptions: readonly Option[] = [
  {
    key: "http",
    flag: "--http",
    env: "FAIRLEAD_HTTP",
    description:
      "Serve Streamable HTTP at /mcp on this port, on 127.0.0.1 unless a host is given. Without this option the server speaks stdio.",
    type: "string",
  },
  {
    key: "allowedHosts",
    flag: "--allowed-hosts",
    env: "FAIRLEAD_ALLOWED_HOSTS",
    description:
      "Host names that HTTP requests may be sent to, such as `mcp.example.com` or `git:3000`, in addition to localhost and IP addresses. Requests for other hosts are refused.",
    type: "string",
    many: true,
    kind: "host",
  },
  {
    key: "allowedOrigins",
    flag: "--allowed-origins",
    env: "FAIRLEAD_ALLOWED_ORIGINS",
    description:
      "Origins of web pages that may call over HTTP, such as `https://app.example.com`, in addition to pages of this machine. Requests of other pages are refused.",
    type: "string",
    many: true,
    kind: "url",
  },
  {
    key: "tokenFile",
    flag: "--token-file",
    env: "FAIRLEAD_TOKEN_FILE",
    description:
      "File of the bearer tokens that are accepted over HTTP. Each line is `principal sha256:<hex>`, with the SHA-256 of a token. The file is read again when it changes.",
    type: "string",
    kind: "file",
  },
  {
    key: "oauthIssuer",
    flag: "--oauth-issuer",
    env: "FAIRLEAD_OAUTH_ISSUER",
    description:
      "Accept OAuth access tokens of this authorization server over HTTP. Give its URL exactly as its tokens have it in `iss`, with or without a slash at the end. Clients find it through this server and sign in there. Needs --oauth-resource.",
    type: "string",
    many: true,
    kind: "url",
  },
  {
    key: "oauthResource",
    flag: "--oauth-resource",
    env: "FAIRLEAD_OAUTH_RESOURCE",
    description:
      "Public URL of this server, as clients reach it: https://mcp.example.com/mcp. Only tokens that were issued for it are accepted (`aud`). Its host counts as one of --allowed-hosts.",
    type: "string",
    kind: "url",
  },
  {
    key: "oauthAudience",
    flag: "--oauth-audience",
    env: "FAIRLEAD_OAUTH_AUDIENCE",
    description:
      "Values of `aud` to accept in tokens, of which one is enough. Without this option, `aud` must be the URL of --oauth-resource. Give it if your authorization server cannot write that URL: Entra writes the id of the application.",
    type: "string",
    many: true,
  },
  {
    key: "oauthScopes",
    flag: "--oauth-scopes",
    env: "FAIRLEAD_OAUTH_SCOPES",
    description:
      "Which scope a token needs for tools that read, write or destroy, as `effect=scope`. The scope of write includes read, that of destroy includes both. `tool=scope` names a further scope for one tool, instead of those that its author named. Default: read=mcp:read,write=mcp:write,destroy=mcp:destroy.",
    type: "string",
    many: true,
  },
  {
    key: "oauthTenantClaim",
    flag: "--oauth-tenant-claim",
    env: "FAIRLEAD_OAUTH_TENANT_CLAIM",
    description:
      "Claim of the token that names the tenant, such as `tenant`, `org_id` or `tid`. Then the same `sub` in two tenants is two different principals, and a token without the claim is refused. Without this option, principals have no tenant.",
    type: "string",
  },
  {
    key: "oauthPlainJwt",
    flag: "--oauth-plain-jwt",
    env: "FAIRLEAD_OAUTH_PLAIN_JWT",
    description:
      "Also accept access tokens whose header has no `typ` or `JWT` instead of `at+jwt` (RFC 9068). Keycloak, Entra and Auth0 write such tokens by default.",
    type: "boolean",
    default: false,
  },
  {
    key: "oauthRequireDpop",
    flag: "--oauth-require-dpop",
    env: "FAIRLEAD_OAUTH_REQUIRE_DPOP",
    description:
      "Refuse OAuth tokens that are not bound to a key of the client (DPoP, RFC 9449). Without this option both kinds are accepted. A bound token always needs its proof.",
    type: "boolean",
    default: false,
  },
  {
    key: "oauthJwksUrl",
    flag: "--oauth-jwks-url",
    env: "FAIRLEAD_OAUTH_JWKS_URL",
    description:
      "URL of the public keys (JWKS) of --oauth-issuer. Without this option the server finds them through the metadata of the issuer.",
    type: "string",
    kind: "url",
  },
  {
    key: "oauthIntrospectionUrl",
    flag: "--oauth-introspection-url",
    env: "FAIRLEAD_OAUTH_INTROSPECTION_URL",
    description:
      "URL at which the first --oauth-issuer checks tokens that are not JWTs (RFC 7662). Results are kept for 30 seconds. Without this option such tokens are refused. Needs --oauth-introspection-id and --oauth-introspection-secret.",
    type: "string",
    kind: "url",
  },
  {
    key: "oauthIntrospectionId",
    flag: "--oauth-introspection-id",
    env: "FAIRLEAD_OAUTH_INTROSPECTION_ID",
    description: "Client id by which this server authenticates at --oauth-introspection-url.",
    type: "string",
  },
  {
    key: "oauthIntrospectionSecret",
    flag: "--oauth-introspection-secret",
    env: "FAIRLEAD_OAUTH_INTROSPECTION_SECRET",
    description: "Client secret by which this server authenticates at --oauth-introspection-url.",
    type: "string",
    secret: true,
  },
  {
    key: "insecureNoAuth",
    flag: "--insecure-no-auth",
    env: "FAIRLEAD_INSECURE_NO_AUTH",
    description:
      "Listen without tokens on an address that other machines can reach. Use it only behind a proxy that authenticates callers.",
    type: "boolean",
    default: false,
  },
  {
    key: "signInClientId",
    flag: "--sign-in-client-id",
    env: "FAIRLEAD_SIGN_IN_CLIENT_ID",
    description:
      "Let each caller use their own account of the service, such as GitHub: the first call asks them to sign in there. Give the id under which this server is registered there as an OAuth client, with the redirect URI of --sign-in-oauth-client-id. Needs --oauth-issuer. Applies to GitHub, Google Drive, Slack and generated servers.",
    type: "string",
  },
  {
    key: "signInClientSecret",
    flag: "--sign-in-client-secret",
    env: "FAIRLEAD_SIGN_IN_CLIENT_SECRET",
    description: "Secret of --sign-in-client-id.",
    type: "string",
    secret: true,
  },
  {
    key: "signInOauthClientId",
    flag: "--sign-in-oauth-client-id",
    env: "FAIRLEAD_SIGN_IN_OAUTH_CLIENT_ID",
    description:
      "Id of this server as a client of the first --oauth-issuer. With it, the page of --sign-in-client-id finds out who opened it. Redirect URI: the URL of --oauth-resource with `sign-in/callback` in place of its last part, such as https://mcp.example.com/sign-in/callback.",
    type: "string",
  },
  {
    key: "signInOauthClientSecret",
    flag: "--sign-in-oauth-client-secret",
    env: "FAIRLEAD_SIGN_IN_OAUTH_CLIENT_SECRET",
    description: "Secret of --sign-in-oauth-client-id. Leave it out for a public client.",
    type: "string",
    secret: true,
  },
  {
    key: "signInFile",
    flag: "--sign-in-file",
    env: "FAIRLEAD_SIGN_IN_FILE",
    description:
      "File in which the tokens of signed-in callers are kept, sealed with --state-keys. Without this option they are kept in the Redis of --redis-url, or else in memory, and then everybody signs in again after a restart.",
    type: "string",
  },
  {
    key: "sessionMinutes",
    flag: "--session-minutes",
    env: "FAIRLEAD_SESSION_MINUTES",
    description:
      "Minutes without a request after which the session of a 2025 client over HTTP ends. 0 turns sessions off: the server then cannot ask clients of that era, and they cannot resume a stream.",
    type: "integer",
    minimum: 0,
    default: 30,
  },
  {
    key: "maxSessions",
    flag: "--max-sessions",
    env: "FAIRLEAD_MAX_SESSIONS",
    description:
      "Maximum number of sessions at once. One more ends the session that has been idle for longest. With --token-file or --oauth-issuer, one principal has at most half of them.",
    type: "integer",
    minimum: 1,
    default: 1000,
  },
  {
    key: "maxStreamSeconds",
    flag: "--max-stream-seconds",
    env: "FAIRLEAD_MAX_STREAM_SECONDS",
    description:
      "Seconds after which an event stream of a session is closed. The client reconnects and gets the rest. Set it below the time limit of a proxy that cuts connections. Applies to clients of 2025-11-25. 0 never closes one.",
    type: "integer",
    minimum: 0,
    default: 0,
  },
  {
    key: "serverCard",
    flag: "--server-card",
    env: "FAIRLEAD_SERVER_CARD",
    description:
      "Experimental: let anyone who can reach the server over HTTP, and any web page, read its name, version and address at /mcp/server-card and /.well-known/ai-catalog.json. Tools are not listed there.",
    type: "boolean",
    default: false,
  },
  {
    key: "readOnly",
    flag: "--read-only",
    env: "FAIRLEAD_READ_ONLY",
    description: "Hide and refuse every tool that changes anything.",
    type: "boolean",
    default: false,
  },
  {
    key: "toolsets",
    flag: "--toolsets",
    env: "FAIRLEAD_TOOLSETS",
    description:
      "Toolsets to serve instead of the default ones; `default` and `all` are names too.",
    type: "string",
    many: true,
  },
  {
    key: "tools",
    flag: "--tools",
    env: "FAIRLEAD_TOOLS",
    description:
      "Tools to serve by name. With --toolsets they are added to those sets; without it only these are served.",
    type: "string",
    many: true,
  },
  {
    key: "excludeTools",
    flag: "--exclude-tools",
    env: "FAIRLEAD_EXCLUDE_TOOLS",
    description: "Tools to leave out, even if --toolsets or --tools includes them.",
    type: "string",
    many: true,
  },
  {
    key: "legacy",
    flag: "--legacy",
    env: "FAIRLEAD_LEGACY",
    description: "List superseded tools as well. They can be called even if they are not listed.",
    type: "boolean",
    default: false,
  },
  {
    key: "confirm",
    flag: "--confirm",
    env: "FAIRLEAD_CONFIRM",
    description:
      "Which calls the user is asked about first: those that destroy, all that write, or none. A client that cannot show a question confirms with the argument `confirm: true`.",
    type: "string",
    choices: ["destroy", "write", "never"],
    default: "destroy",
  },
  {
    key: "policyFile",
    flag: "--policy-file",
    env: "FAIRLEAD_POLICY_FILE",
    description:
      "JSON or YAML file that says which tools, resources and prompts each caller may use, and how much: rates, calls at once, quotas. The file is read again when it changes. It cannot allow what other options leave out. Without it, every caller may use all of them.",
    type: "string",
    kind: "file",
  },
  {
    key: "meterFile",
    flag: "--meter-file",
    env: "FAIRLEAD_METER_FILE",
    description:
      "File to which the server appends one line of JSON for each tool call: principal, tool, cost, outcome and duration. Without --policy-file, a call costs what its effect costs by default.",
    type: "string",
  },
  {
    key: "stateKeys",
    flag: "--state-keys",
    env: "FAIRLEAD_STATE_KEYS",
    description:
      "Random texts of 32 characters or more. They seal what a call leaves with a 2026-07-28 client while the user is asked, and sign cursors. The first key seals and all keys open, so that keys can be replaced. Give all replicas of a server the same keys. Without this option, each replica makes a key of its own when it starts.",
    type: "string",
    many: true,
    secret: true,
  },
  {
    key: "redisUrl",
    flag: "--redis-url",
    env: "FAIRLEAD_REDIS_URL",
    description:
      "URL of the Redis in which all replicas of a server share tasks, changes to listen to, used states and limits, such as `rediss://user:password@redis.example.com:6379/0`. Applies to --http. The server does not start if Redis cannot be reached. Without this option, each replica keeps them in memory.",
    type: "string",
    secret: true,
  },
  {
    key: "redisPrefix",
    flag: "--redis-prefix",
    env: "FAIRLEAD_REDIS_PREFIX",
    description:
      "First part of every key and channel in Redis. Replicas with the same prefix share everything. Default: `fairlead:` and the name of the server, such as `fairlead:git`.",
    type: "string",
  },
  {
    key: "maxOutputChars",
    flag: "--max-output-chars",
    env: "FAIRLEAD_MAX_OUTPUT_CHARS",
    description:
      "Maximum characters in one result. It may have 1.2 times as many bytes, and one line for every 20 characters. Every host shows a result of the default size in full; 0 lifts the limit.",
    type: "integer",
    minimum: 0,
    default: 39_900,
  },
  {
    key: "maxCalls",
    flag: "--max-calls",
    env: "FAIRLEAD_MAX_CALLS",
    description:
      "Maximum number of calls that run at once. With --token-file or --oauth-issuer, one principal may run as many as it leaves free for the others.",
    type: "integer",
    minimum: 1,
    default: 1024,
  },
  {
    key: "maxMessageMb",
    flag: "--max-message-mb",
    env: "FAIRLEAD_MAX_MESSAGE_MB",
    description:
      "Largest message that the server accepts, in MB of 1,048,576 bytes. A larger one is answered with an error that names this limit.",
    type: "integer",
    minimum: 1,
    // Of V8: a string holds half a gigabyte.
    maximum: 500,
    default: 16,
  },
  {
    key: "logLevel",
    flag: "--log-level",
    env: "FAIRLEAD_LOG_LEVEL",
    description:
      "Least severe level to log; `debug` adds one line for every request, with its duration and outcome.",
    type: "string",
    choices: ["error", "warn", "info", "debug"],
    default: "info",
  },
  {
    key: "logFile",
    flag: "--log-file",
    env: "FAIRLEAD_LOG_FILE",
    description: "File to append the log to, instead of stderr.",
    type: "string",
  },
  {
    key: "logArguments",
    flag: "--log-arguments",
    env: "FAIRLEAD_LOG_ARGUMENTS",
    description:
      "Add the arguments of each request to its line at the level `debug`, shortened and with the server's own secrets redacted.",
    type: "boolean",
    default: false,
  },
  {
    key: "auditFile",
    flag: "--audit-file",
    env: "FAIRLEAD_AUDIT_FILE",
    description:
      "File to which the server appends the audit log: lines of JSON for each tool call, each request for a resource or a prompt, and each refusal, chained by SHA-256 so that a later change can be detected. Each replica needs a file of its own. Without this option and --audit-redis there is no audit log.",
    type: "string",
  },
  {
    key: "auditRedis",
    flag: "--audit-redis",
    env: "FAIRLEAD_AUDIT_REDIS",
    description:
      "URL of a Redis to whose stream the server appends the audit log, such as `rediss://user:password@redis.example.com:6379/0`. With --audit-file, the file decides and the stream follows it. Alone, the server does not start if Redis cannot be reached.",
    type: "string",
    secret: true,
  },
  {
    key: "auditStream",
    flag: "--audit-stream",
    env: "FAIRLEAD_AUDIT_STREAM",
    description:
      "Key of the stream of --audit-redis. Each process needs a stream of its own. Default: `fairlead:`, the name of the server, `:audit:` and the name of the host, such as `fairlead:git:audit:web-1`.",
    type: "string",
  },
  {
    key: "auditMaxLines",
    flag: "--audit-max-lines",
    env: "FAIRLEAD_AUDIT_MAX_LINES",
    description:
      "About how many lines the stream of --audit-redis keeps: older ones are removed. 0 keeps all of them. A line takes about 1 KB.",
    type: "integer",
    minimum: 0,
    default: 1_000_000,
  },
  {
    key: "audit",
    flag: "--audit",
    env: "FAIRLEAD_AUDIT",
    description:
      "What happens to calls while the audit log cannot be written, for example on a full disk. required: calls that write or destroy are refused. warn: they run, and the server logs a warning. Applies to --audit-file, and to --audit-redis without it.",
    type: "string",
    choices: ["required", "warn"],
    default: "required",
  },
  {
    key: "auditSync",
    flag: "--audit-sync",
    env: "FAIRLEAD_AUDIT_SYNC",
    description:
      "When lines of the audit log reach the disk. always: before a call that writes runs, and before every answer. batch: within 100 ms. never: when the operating system writes them.",
    type: "string",
    choices: ["always", "batch", "never"],
    default: "batch",
  },
  {
    key: "auditMaxMb",
    flag: "--audit-max-mb",
    env: "FAIRLEAD_AUDIT_MAX_MB",
    description:
      "Size in MB of 1,048,576 bytes at which the file of the audit log is renamed and a new file is started. Renamed files are never deleted. 0 never renames the file.",
    type: "integer",
    minimum: 0,
    default: 0,
  },
  {
    key: "metrics",
    flag: "--metrics",
    env: "FAIRLEAD_METRICS",
    description:
      "Serve metrics for Prometheus at /metrics on this port, such as `9464`, on 127.0.0.1 unless a host is given. The port must be another one than that of --http. Anyone who reaches the port can read the metrics. They name tools, but no callers and no arguments.",
    type: "string",
  },
  {
    key: "otel",
    flag: "--otel",
    env: "FAIRLEAD_OTEL",
    description:
      "Report a span and durations for every request, and what tool calls cost, through OpenTelemetry. Load an OpenTelemetry SDK before the server, for example with `NODE_OPTIONS=--import=./otel.mjs`. Without an SDK nothing is reported.",
    type: "boolean",
    default: false,
  },
  {
    key: "config",
    flag: "--config",
    env: "FAIRLEAD_CONFIG",
    description:
      'JSON file of option values, such as `{"readOnly": true}`. Flags and environment variables win over it.',
    type: "string",
    kind: "file",
  },
];
