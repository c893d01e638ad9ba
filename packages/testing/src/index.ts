export type { Breakable, GitHost, Postgres, Redis } from "./backends/backend.ts";
export { type Engine, findEngine } from "./backends/engine.ts";
export { buildServerImage } from "./backends/images.ts";
export { createPostgresContainer } from "./backends/postgres-container.ts";
export { createRedisContainer } from "./backends/redis-container.ts";
export { giveAway } from "./backends/users.ts";
export { type Balancer, createBalancer } from "./balancer/balancer.ts";
export { type Certificate, createCertificate } from "./certificate.ts";
export { createEmulators, startEmulator } from "./emulators/emulator.ts";
export type { Emulator, Seeds, Service } from "./emulators/service.ts";
export { createFakeDrive, type FakeDrive, type Intercept, type Seen } from "./fakes/drive/drive.ts";
export type { FakeFile, FakeFiles, FakePermission, Seed } from "./fakes/drive/files.ts";
export { createFakeOAuth, type FakeOAuth } from "./fakes/drive/oauth.ts";
export {
  createFakeSlack,
  type FakeSlack,
  type SlackFailure,
  type SlackRequest,
} from "./fakes/slack/slack.ts";
export {
  type Answer,
  FaultLoad,
  type FaultPlan,
  type Tally as FaultTally,
  toAnswer,
  type Work,
} from "./faults/load.ts";
export { toFaultTable } from "./faults/table.ts";
export { findGitHosting, type GitHosting } from "./git-host.ts";
export { createHop, type Hop } from "./hop.ts";
export { createInspector, type Inspector } from "./inspector.ts";
export type { Launch } from "./launchers.ts";
export { mostLoaded, readLoads, reportLoads } from "./loads.ts";
export { checkConfig, config, findNginx, Nginx, toConfig } from "./nginx/nginx.ts";
export { type Replica, Replicas } from "./nginx/replicas.ts";
export { createPostgres } from "./postgres.ts";
export {
  type Finished,
  freePort,
  type HttpProcess,
  type HttpServer,
  run,
  serveHttp,
} from "./processes.ts";
export { createRandom } from "./random.ts";
export { assertReadmeRow, toTokens } from "./readme.ts";
export { createRedis } from "./redis.ts";
export { type Connect, type Connection, Host, sessionClients } from "./restarts/host.ts";
export { type LoadOptions, loadThroughRestarts, type Tally } from "./restarts/load.ts";
export {
  type CallOptions,
  connectTo,
  findSessions,
  type Listed,
  type ServerOptions,
  type Session,
  sessions,
  type Way,
} from "./sessions.ts";
