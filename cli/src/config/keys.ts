import { commonOptions } from "@fairlead/define/start";
import type { Option } from "@fairlead/runtime";

/** Options that hold for the whole process: its address, its log, and what all its servers share. */
const ofProcess = [
  ...["http", "allowedHosts", "allowedOrigins"],
  ...["sessionMinutes", "maxSessions", "maxStreamSeconds", "maxCalls", "maxMessageMb"],
  ...["stateKeys", "redisUrl", "redisPrefix", "logLevel", "logFile", "logArguments"],
  ...["auditFile", "audit", "auditSync", "auditMaxMb", "metrics", "otel"],
];

/** Options whose value can only be that of one server. */
const ofOneServer = ["oauthResource", "oauthAudience"];

/** Options of a process with one server: its own config file, and what describes its one address. */
const ofNone = ["config", "serverCard"];

/** Options of the top of the file that hold for the process; flags and variables win over them. */
export const processOptions: readonly Option[] = commonOptions.filter(({ key }) =>
  ofProcess.includes(key),
);

/** Options of each server. */
export const serverOptions: readonly Option[] = commonOptions.filter(
  ({ key }) => !ofProcess.includes(key) && !ofNone.includes(key),
);

/** Options of each server that the top of the file may give to all of them. */
export const defaultOptions: readonly Option[] = serverOptions.filter(
  ({ key }) => !ofOneServer.includes(key),
);

/** What the top of the file has besides options. */
export const topFields = {
  publicUrl:
    "URL at which clients reach the process, such as https://mcp.example.com. With --oauth-issuer, the URL of each server for which tokens are issued is this one and its path. Its host counts as one of --allowed-hosts.",
  servers: "The servers. Each has its own path, options and policy.",
} as const;

/** What an entry of `servers` has besides options. */
export const entryFields = {
  server:
    "What to serve: the name of one of our servers, such as git, the name of an installed package, or a path that begins with . or /.",
  name: "Its name, in its path, the log, the audit log and the metrics. Default: the name of the server. Two entries need two names.",
  path: "The path of its endpoint. Default: /<name>/mcp.",
} as const;

/** Keys that an entry with these options of its own may have. */
export function listEntryKeys(own: readonly Option[]): readonly string[] {
  return [...Object.keys(entryFields), ...[...own, ...serverOptions].map(({ key }) => key)];
}

/** Keys that the top of the file may have. */
export function listTopKeys(): readonly string[] {
  return [
    ...Object.keys(topFields),
    ...[...processOptions, ...defaultOptions].map(({ key }) => key),
  ];
}
