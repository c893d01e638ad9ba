import type { Operation } from "../request/operation.ts";

const longestValue = 500;

/** Where to go on, which is told of every answer that says so. */
const telling = ["location", "operation-location", "azure-asyncoperation"];

/** What concerns the connection, the caller's browser or nobody. */
const untold =
  /^(?:date|server|via|age|vary|connection|keep-alive|transfer-encoding|set-cookie|alt-svc|nel|report-to|reporting-endpoints|x-powered-by|strict-transport-security|content-security-policy|referrer-policy|permissions-policy|(?:access-control|cross-origin|cf|x-xss|x-frame|x-content-type)-.*)$/i;

/** The headers of an answer that its reader can use, as `Name: value`. */
export function listHeaders(
  { method }: Operation,
  { headers, status }: Response,
  options: { readonly etags: boolean },
): string[] {
  const wanted = method === "HEAD" ? [...headers.keys()] : toWanted(status, options);
  return wanted.flatMap((name) => {
    const value = headers.get(name);
    if (value === null || untold.test(name)) return [];
    return [`${toSpelled(name)}: ${value.slice(0, longestValue)}`];
  });
}

function toWanted(status: number, { etags }: { readonly etags: boolean }): string[] {
  return [
    ...telling,
    ...(etags ? ["etag"] : []),
    // How long to leave what is being done alone.
    ...(status === 202 ? ["retry-after"] : []),
  ];
}

/** `operation-location` is written Operation-Location. */
function toSpelled(name: string): string {
  return name === "etag" ? "ETag" : name.replace(/(?<![a-z])[a-z]/g, (one) => one.toUpperCase());
}
