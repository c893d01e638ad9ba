// Writes the part of GitHub's own description of its API that the tests hold requests and fake
// answers against: `node scripts/extract-github-openapi.ts <generated/api.github.com.json>`, of the
// npm package @octokit/openapi, which is too large to depend on.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib/packages.ts";

const target = "packages/testing/src/fakes/github/github.openapi.json";

/** The operations the server uses. Those marked `!` the fake answers itself, so their answers count. */
const wanted = `
GET /user
POST /user/repos
GET /user/repos
GET /installation/repositories
POST /app/installations/{installation_id}/access_tokens!
GET /repos/{owner}/{repo}
POST /repos/{owner}/{repo}/forks
GET /repos/{owner}/{repo}/contents/{path}
PUT /repos/{owner}/{repo}/contents/{path}
DELETE /repos/{owner}/{repo}/contents/{path}
GET /repos/{owner}/{repo}/branches
GET /repos/{owner}/{repo}/commits
GET /repos/{owner}/{repo}/commits/{ref}
GET /repos/{owner}/{repo}/commits/{ref}/status!
GET /repos/{owner}/{repo}/commits/{ref}/check-runs
GET /repos/{owner}/{repo}/git/ref/{ref}
GET /repos/{owner}/{repo}/git/matching-refs/{ref}
POST /repos/{owner}/{repo}/git/refs
PATCH /repos/{owner}/{repo}/git/refs/{ref}
GET /repos/{owner}/{repo}/git/trees/{tree_sha}
POST /repos/{owner}/{repo}/git/trees
GET /repos/{owner}/{repo}/git/commits/{commit_sha}
POST /repos/{owner}/{repo}/git/commits
GET /repos/{owner}/{repo}/git/blobs/{file_sha}
POST /repos/{owner}/{repo}/git/blobs
GET /repos/{owner}/{repo}/issues
POST /repos/{owner}/{repo}/issues
GET /repos/{owner}/{repo}/issues/{issue_number}
PATCH /repos/{owner}/{repo}/issues/{issue_number}
GET /repos/{owner}/{repo}/issues/{issue_number}/comments
POST /repos/{owner}/{repo}/issues/{issue_number}/comments
GET /repos/{owner}/{repo}/issues/{issue_number}/sub_issues!
GET /repos/{owner}/{repo}/issues/{issue_number}/timeline
GET /repos/{owner}/{repo}/labels
GET /repos/{owner}/{repo}/pulls
POST /repos/{owner}/{repo}/pulls
GET /repos/{owner}/{repo}/pulls/{pull_number}
PATCH /repos/{owner}/{repo}/pulls/{pull_number}
GET /repos/{owner}/{repo}/pulls/{pull_number}/files!
PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge
PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch
GET /repos/{owner}/{repo}/pulls/{pull_number}/comments
GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews
POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews
GET /repos/{owner}/{repo}/compare/{basehead}
GET /repos/{owner}/{repo}/collaborators/{username}/permission!
GET /repos/{owner}/{repo}/actions/runs!
GET /repos/{owner}/{repo}/actions/runs/{run_id}!
GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs!
GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs!
POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches!
POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun!
POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs!
POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel!
GET /repos/{owner}/{repo}/actions/jobs/{job_id}!
GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs
GET /repos/{owner}/{repo}/releases
GET /repos/{owner}/{repo}/releases/latest
GET /repos/{owner}/{repo}/releases/tags/{tag}
GET /search/code
GET /search/issues
GET /search/repositories
GET /search/users`;

type Json = { readonly [key: string]: unknown };

/** What explains without saying what is valid. */
const words = [
  "description",
  "example",
  "examples",
  "title",
  "deprecated",
  "format",
  "externalDocs",
];

const [file = ""] = process.argv.slice(2);
const document = toJson(JSON.parse(readFileSync(file, "utf8")));
const schemas: Record<string, unknown> = {};
const operations = wanted.trim().split("\n").map(toOperation);
writeFileSync(join(root, target), `${JSON.stringify({ operations, schemas })}\n`);

function toOperation(line: string) {
  const [method = "", path = ""] = line.replace("!", "").split(" ");
  const operation = at(document, "paths", path, method.toLowerCase());
  if (!isJson(operation)) throw new Error(`${line} is not in the description`);
  const query = toList(operation["parameters"])
    .map(resolve)
    .filter((parameter) => parameter["in"] === "query")
    .map(({ name, required, schema }) => ({ name, required, schema: toSchema(schema) }));
  const body = at(operation, "requestBody", "content", "application/json", "schema");
  return {
    method,
    path,
    query,
    ...(body !== undefined && { body: toSchema(body) }),
    bodyRequired: at(operation, "requestBody", "required") === true,
    ...(line.endsWith("!") && { responses: toResponses(operation["responses"]) }),
  };
}

function toResponses(responses: unknown): Json {
  const entries = Object.entries(toJson(responses)).filter(([status]) => status.startsWith("2"));
  return Object.fromEntries(
    entries.map(([status, response]) => {
      const schema = at(resolve(toJson(response)), "content", "application/json", "schema");
      return [status, schema === undefined ? null : toSchema(schema)];
    }),
  );
}

/** An OpenAPI 3.0 schema as JSON Schema, with what it refers to gathered next to it. */
function toSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(toSchema);
  if (!isJson(schema)) return schema;
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    const name = reference.split("/").at(-1) ?? "";
    if (!(name in schemas)) {
      schemas[name] = true;
      schemas[name] = toSchema(at(document, "components", "schemas", name));
    }
    return { $ref: `#/schemas/${name}` };
  }
  const { nullable, ...rest } = schema;
  const kept = Object.entries(rest).filter(([key, value]) => !words.includes(key) || isJson(value));
  const converted = Object.fromEntries(
    kept
      .filter(([key]) => !["example", "examples"].includes(key))
      .map(([key, value]) => [key, key === "enum" || key === "default" ? value : toSchema(value)]),
  );
  return nullable === true ? { anyOf: [converted, { type: "null" }] } : converted;
}

function resolve(value: unknown): Json {
  const json = toJson(value);
  const reference = json["$ref"];
  return typeof reference === "string"
    ? toJson(at(document, ...reference.split("/").slice(1)))
    : json;
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (current, key) => (isJson(current) ? current[key] : undefined),
    value,
  );
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function toJson(value: unknown): Json {
  return isJson(value) ? value : {};
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
