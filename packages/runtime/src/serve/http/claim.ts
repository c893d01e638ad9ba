import type { Claim } from "@fairlead/operate/auth";
import type { Visit } from "./routes.ts";

/** What a visit says of who sends it. */
export function toClaim(
  { request, path, query, host }: Visit,
  { standing }: Pick<Claim, "standing">,
): Claim {
  return {
    ...{ path, query, host, standing },
    authorization: request.headers.authorization,
    method: request.method ?? "",
    values(name) {
      const { rawHeaders } = request;
      // Node joins some headers that are there twice, and drops the second of others.
      return rawHeaders.filter(
        (_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name,
      );
    },
  };
}
