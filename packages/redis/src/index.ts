export { AuditStream, AuditStreamError, type AuditStreamOptions } from "./audit/audit-stream.ts";
export type { Notes } from "./connection/link.ts";
export { RedisError } from "./connection/redis-error.ts";
export { openRedis, type RedisOptions, type RedisStores } from "./open-redis.ts";
