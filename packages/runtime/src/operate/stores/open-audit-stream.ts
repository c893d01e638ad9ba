import { hostname } from "node:os";
import type { AuditStreamSink } from "@fairlead/operate/audit";
import type { OperationsHost } from "../operations.ts";
import { OptionProblems } from "../option-problems.ts";
import { isRedisUrl, toUrlProblem } from "./redis-url.ts";

/** Opens the stream of `--audit-redis`; undefined where there is none. Without a file next to it, Redis has to answer. */
export async function openAuditStream(
  name: string,
  { common, log }: Pick<OperationsHost, "common" | "log">,
): Promise<AuditStreamSink | undefined> {
  const { auditRedis, auditFile, redisPrefix } = common;
  if (typeof auditRedis !== "string") return undefined;
  if (!isRedisUrl(auditRedis)) {
    throw new OptionProblems([toUrlProblem("--audit-redis", "FAIRLEAD_AUDIT_REDIS")]);
  }
  const { AuditStream, AuditStreamError } = await import("@fairlead/redis");
  const prefix = typeof redisPrefix === "string" ? redisPrefix : `fairlead:${name}`;
  const { auditStream = `${prefix}:audit:${hostname()}` } = common;
  const key = String(auditStream);
  const stream = new AuditStream({
    url: auditRedis,
    key,
    maxLines: Number(common["auditMaxLines"]),
  });
  let last: string | undefined;
  try {
    await stream.open();
    last = await stream.last();
  } catch (error) {
    if (!(error instanceof AuditStreamError)) throw error;
    if (typeof auditFile !== "string") {
      await stream.close();
      throw new OptionProblems([
        `--audit-redis (FAIRLEAD_AUDIT_REDIS): Redis cannot be used (${error.code}). Check the address, the password and what the user may do.`,
      ]);
    }
    log.warn(
      `--audit-redis: Redis cannot be used now (${error.code}). The audit log goes on in its file.`,
    );
  }
  return {
    ...{ name: key, last },
    append: (lines) => stream.append(lines),
    close: () => stream.close(),
  };
}
