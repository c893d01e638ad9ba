export { createFakeDrive, type FakeDrive, type Intercept, type Seen } from "./fakes/drive.ts";
export type { FakeFile, FakeFiles, FakePermission, Seed } from "./fakes/drive-files.ts";
export { createFakeOAuth, type FakeOAuth } from "./fakes/google-oauth.ts";
export { createInspector, type Inspector } from "./inspector.ts";
export { createPostgres, hasPostgres, type Postgres } from "./postgres.ts";
export { type Finished, type HttpServer, run, serveHttp } from "./processes.ts";
export {
  type CallOptions,
  type Listed,
  type ServerOptions,
  type Session,
  sessions,
} from "./sessions.ts";
