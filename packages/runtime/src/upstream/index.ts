export { findUpstreamError, UpstreamError, type UpstreamFailure } from "./error.ts";
export { type CollectOptions, collectPages, findNextLink, type Page } from "./pages.ts";
export {
  type Clock,
  createUpstream,
  type Fetch,
  type Upstream,
  type UpstreamOptions,
} from "./upstream.ts";
