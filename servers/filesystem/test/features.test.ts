import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { serve } from "./support/serve.ts";
import { plant } from "./support/tree.ts";

describe("resources, prompts and completions", () => {
  it("serve files, directories and proposals inside the jail only", async () => {
    const { top, client } = await serve();
    await plant(top, { "dir/näme with space.txt": "text" });
    const uri = new URL(`file://${join(top, "dir/näme with space.txt")}`).href;
    expect(await client.request("resources/read", { uri })).toMatchObject({
      contents: [{ uri, mimeType: "text/plain", text: "text" }],
    });
    expect(await client.request("resources/list")).toMatchObject({
      resources: [{ name: "use-filesystem" }, { name: top }],
    });
    await expect(client.request("resources/read", { uri: "file:///etc/passwd" })).rejects.toThrow(
      "outside allowed",
    );
    const typed = join(top, "di").slice(1);
    const complete = {
      ref: { type: "ref/resource", uri: "file:///{+path}" },
      argument: { name: "path", value: typed },
    };
    expect(await client.request("completion/complete", complete)).toMatchObject({
      completion: { values: [`${join(top, "dir").slice(1)}/`] },
    });
    const prompt = { name: "review_file", arguments: { path: "dir/näme with space.txt" } };
    expect(JSON.stringify(await client.request("prompts/get", prompt))).toContain('"text":"text"');
    const summary = { name: "summarize_directory", arguments: { path: "dir" } };
    expect(JSON.stringify(await client.request("prompts/get", summary))).toContain("with space");
  });
});
