export const demoToken = "demo-token-of-ada";
const visitor = "demo-token-of-a-visitor";

/** Who and what the demo begins with. */
export const demoSeed = {
  tokens: {
    [demoToken]: { login: "ada", scopes: ["repo", "workflow"] },
    [visitor]: { login: "visitor", scopes: ["public_repo"] },
  },
  github: {
    users: [
      { login: "ada", name: "Ada" },
      { login: "visitor", name: "A visitor" },
    ],
    repos: [
      { owner: "ada", name: "engine", description: "Computes tables.", auto_init: true },
      { owner: "ada", name: "notes", private: true, auto_init: true },
    ],
  },
};

interface Step {
  readonly token: string;
  readonly method: "POST" | "PUT";
  readonly path: string;
  readonly body: object;
}

const engine = "/repos/ada/engine";

function put(path: string, text: string, branch: string): Step {
  const content = Buffer.from(text).toString("base64");
  const body = { message: `Write ${path}`, content, branch };
  return { token: demoToken, method: "PUT", path: `${engine}/contents/${path}`, body };
}

function post(path: string, body: object, token = demoToken): Step {
  return { token, method: "POST", path: engine + path, body };
}

const table = `export function square(n: number): number {
  return n * n;
}

export function table(to: number): number[] {
  return Array.from({ length: to }, (_, n) => square(n));
}
`;

const check = `import { strictEqual } from "node:assert";
import { square } from "./table.ts";

strictEqual(square(3), 9);
`;

/** What happened there since: files, a pull request, issues, a release. */
export const demoSteps: readonly Step[] = [
  put("src/table.ts", table, "main"),
  post("/git/refs", { ref: "refs/heads/check", sha: "main" }),
  put("src/table.test.ts", check, "check"),
  post("/pulls", { title: "Check square", body: "A first check.", head: "check", base: "main" }),
  post("/issues", { title: "table(0) is empty", body: "Should it be?", labels: ["question"] }),
  post("/issues", { title: "Cubes, please", body: "Squares are not enough." }, visitor),
  post("/issues/2/comments", { body: "It should: there is nothing below zero." }),
  post("/releases", { tag_name: "v0.1.0", name: "First table", body: "Squares." }),
];
