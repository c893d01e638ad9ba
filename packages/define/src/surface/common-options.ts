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
    description: "Host names to answer to over HTTP, in addition to localhost and bare addresses.",
    type: "string",
    many: true,
    kind: "host",
  },
  {
    key: "allowedOrigins",
    flag: "--allowed-origins",
    env: "FAIRLEAD_ALLOWED_ORIGINS",
    description:
      "Origins of web pages that may call over HTTP, in addition to pages of this machine.",
    type: "string",
    many: true,
    kind: "url",
  },
  {
    key: "tokenFile",
    flag: "--token-file",
    env: "FAIRLEAD_TOKEN_FILE",
    description: "Bearer tokens accepted over HTTP: lines of `principal sha256:<hex>`.",
    type: "string",
    kind: "file",
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
      "Sessions at once. One more ends the session that is idle for longest. With --token-file, one principal has at most half of them.",
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
    key: "stateKeys",
    flag: "--state-keys",
    env: "FAIRLEAD_STATE_KEYS",
    description:
      "Random texts of 32 characters or more. They seal what a call leaves with a 2026-07-28 client while the user is asked. The first seals and all open, so that keys can be replaced. Give several processes the same keys. Without them each process makes its own.",
    type: "string",
    many: true,
    secret: true,
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
      "Calls that may run at once. With --token-file, one principal may run as many as it leaves free for the others.",
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
    key: "metrics",
    flag: "--metrics",
    env: "FAIRLEAD_METRICS",
    description:
      "Serve metrics for Prometheus at /metrics on this port, on 127.0.0.1 unless a host is given. It needs a port of its own. Anyone who reaches that port can read the metrics; they name tools, but no callers and no arguments.",
    type: "string",
  },
  {
    key: "otel",
    flag: "--otel",
    env: "FAIRLEAD_OTEL",
    description:
      "Report a span and durations for every request through OpenTelemetry. Load an SDK first, for example with `NODE_OPTIONS=--import=./otel.mjs`. Without an SDK nothing is reported.",
    type: "boolean",
    default: false,
  },
  {
    key: "config",
    flag: "--config",
    env: "FAIRLEAD_CONFIG",
    description: "JSON file of option values. Flags and variables win over it.",
    type: "string",
    kind: "file",
  },
];
