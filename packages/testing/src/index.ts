export { type Certificate, createCertificate } from "./certificate.ts";
export { createInspector, type Inspector } from "./inspector.ts";
export { createPostgres, type Postgres } from "./postgres.ts";
export { type Finished, type HttpServer, run, serveHttp } from "./processes.ts";
export {
  type CallOptions,
  type Listed,
  type ServerOptions,
  type Session,
  sessions,
} from "./sessions.ts";
