export { createParse, type Parse } from "./file/parse.ts";
export { Policy } from "./file/policy.ts";
export { PolicyFileError } from "./file/problem.ts";
export { LimitError, limitKey } from "./limits/limit-error.ts";
export { Limiter, type LimiterOptions } from "./limits/limiter.ts";
export { createThrottle } from "./limits/throttle.ts";
export type { Metered, MeterOptions, Outcome } from "./meter/meter.ts";
export {
  type OpenedPolicy,
  openPolicyFiles,
  type PolicyFiles,
  type PolicyHost,
  readPolicy,
} from "./open.ts";
export type { Access, AccessOf, FeatureAccess } from "./rules/access.ts";
export type { Caller } from "./rules/caller.ts";
