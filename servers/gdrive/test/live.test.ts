import { join } from "node:path";
import { connect } from "@fairlead/runtime/testing";
import { expect, it, onTestFinished } from "vitest";
import { server } from "../src/index.ts";
import { callTool, temporaryDirectory, writeSignIn } from "./support/drive.ts";

const variable = "FAIRLEAD_LIVE_GDRIVE_TOKEN";
const token = process.env[variable];

if (token === undefined || token === "") {
  process.stdout.write(
    `gdrive: NOT tested against Google itself: ${variable} holds no access token (scope drive).\n`,
  );
}

// The one test that meets Google itself. It writes, and takes what it wrote to the trash.
it.skipIf(!token)("finds, creates, reads, changes and trashes a file at Google", async () => {
  const path = join(await temporaryDirectory(), "credentials.json");
  await writeSignIn(path, ["drive"], { access_token: token });
  const config = { credentialsPath: path, allowWrite: true };
  const client = await connect(server, { principal: { id: "local" }, config });
  onTestFinished(() => client.close());
  const call = async (name: string, args: object = {}) => {
    const answer = await callTool(client, name, args);
    expect(answer.isError, answer.text).toBe(false);
    return answer;
  };
  expect((await call("get_about")).output.user.emailAddress).toContain("@");
  const content = "# Fairlead\n\nGrüße 😀\n";
  const made = await call("create_file", {
    name: "fairlead-live-test",
    mime_type: "text/markdown",
    content,
    convert: true,
  });
  const file_id = made.output.id;
  try {
    expect((await call("read_file_content", { file_id })).text).toContain("Grüße");
    await call("update_file_metadata", { file_id, name: "fairlead-live-test-2" });
    const found = await call("search", { raw_query: "name = 'fairlead-live-test-2'" });
    expect(found.text).toContain(file_id);
    for (const name of ["get_file_permissions", "list_comments", "list_revisions"]) {
      await call(name, { file_id });
    }
    await call("list_shared_drives");
    await call("list_recent_files");
  } finally {
    await call("trash_file", { file_id });
  }
});
