import { GitHubError } from "../errors.ts";

type Value = string | number | readonly string[];

/**
 * Writes the path of a request, as a template tag: every value is encoded, an array as one segment
 * per element, so none of them can lead elsewhere. Throws GitHubError for `.` and `..`, which URLs
 * resolve however they are written.
 */
export function path(strings: TemplateStringsArray, ...values: readonly Value[]): string {
  return strings.map((part, at) => part + toSegments(values[at])).join("");
}

function toSegments(value: Value | undefined): string {
  if (value === undefined) return "";
  const segments = typeof value === "object" ? value : [String(value)];
  for (const segment of segments) {
    if (segment === "" || segment === "." || segment === "..") {
      throw new GitHubError(
        `"${segments.join("/")}" is not a path or name that can be used here.`,
        "Give it from the top of the repository, without empty parts, . or ..",
      );
    }
  }
  return segments.map(encodeURIComponent).join("/");
}

/** The segments of a file's path; slashes around it and a repository's own address count nothing. */
export function toParts(file: string): string[] {
  const trimmed = file.replace(/^\/+|\/+$/g, "");
  return trimmed === "" || trimmed === "." ? [] : trimmed.split("/");
}
