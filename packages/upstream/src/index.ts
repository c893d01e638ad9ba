export { findUpstreamError, UpstreamError, type UpstreamFailure } from "./error.ts";
export { type CollectOptions, collectPages, findNextLink, type Page } from "./pages.ts";
export {
  createUpstream,
  type Fetch,
  type Upstream,
  type UpstreamOptions,
} from "./upstream.ts";
export { type Clock, systemClock, toElapsed } from "./waits.ts";
