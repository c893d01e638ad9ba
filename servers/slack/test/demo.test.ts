import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawn } from "@fairlead/runtime/testing";
import { sessions } from "@fairlead/testing";
import { describe, expect, onTestFinished, test } from "vitest";

const bin = new URL("../dist/main.cjs", import.meta.url);

// Emulator tests: the built bin on the emulator it brings up itself.

describe("--demo", () => {
  test("serves a small workspace that can be read and written", async () => {
    const client = await spawn(bin, { args: ["--demo"] });
    // A list waits for no emulator that is still starting, and then names every tool.
    const history = await client.callTool("slack_get_channel_history", { channel_id: "#launch" });
    const names = (await client.listTools()).map(({ name }) => name);
    expect(names).not.toContain("slack_search_messages");
    expect(names).not.toContain("slack_list_usergroups");
    expect(history.text).toContain("Load test is green");
    expect(history.text).toContain("[2 replies]");
    const posted = await client.callTool("slack_post_message", {
      channel_id: "launch",
      text: "Hi",
    });
    expect(posted.isError, posted.text).toBe(false);
    const again = await client.callTool("slack_get_channel_history", { channel_id: "#launch" });
    expect(again.text).toContain('<untrusted source="Slack: ada">\nHi\n</untrusted>');
    await client.close();
    expect(await client.exited).toBe(0);
    expect(client.stdout.every((line) => line.startsWith("{"))).toBe(true);
  });

  test("uploads, edits, deletes and schedules there too", async () => {
    const args = ["--demo", "--toolsets", "all", "--confirm", "never"];
    const client = await spawn(bin, { args });
    const call = async (name: string, given: object) => {
      const { text, isError, structuredContent } = await client.callTool(name, { ...given });
      expect(isError, text).toBe(false);
      return { text, ...Object(structuredContent) };
    };
    const channel_id = "#support";
    const { file_id } = await call("slack_upload_file", {
      channel_id,
      content: "a,b\n",
      filename: "t.csv",
    });
    // The emulator gives every upload this type, which no host shows.
    expect((await call("slack_get_file", { file_id })).text).toContain(
      "[File: t.csv, application/octet-stream, 4 bytes: http://localhost:",
    );
    const { ts } = await call("slack_post_message", { channel_id, text: "one" });
    await call("slack_update_message", { channel_id, ts, text: "two" });
    expect((await call("slack_get_permalink", { channel_id, message_ts: ts })).permalink).toContain(
      "/archives/",
    );
    await call("slack_delete_message", { channel_id, ts });
    const post_at = new Date(Date.now() + 3_600_000).toISOString();
    await call("slack_schedule_message", { channel_id, text: "later", post_at });
    const { users } = await call("slack_search_users", { query: "kofi" });
    await call("slack_open_dm", { users: users.map(({ id }: { id: string }) => id) });
    await client.close();
  });

  test.each(Object.entries(sessions))("answers the official %s", async (_, { open }) => {
    const session = await open({ bin: fileURLToPath(bin), args: ["--demo"] });
    const answer = await session.call("slack_list_channels");
    expect(JSON.stringify(answer)).toContain("#launch");
    const read = await session.read("slack://channels");
    expect(JSON.stringify(read)).toContain("launch");
    await session.close();
  });

  test("says which line brings the emulator where it is missing", async () => {
    const top = mkdtempSync(join(tmpdir(), "fairlead-slack-"));
    onTestFinished(() => rmSync(top, { recursive: true, force: true }));
    for (const name of ["dist", "package.json"]) {
      const from = fileURLToPath(new URL(`../${name}`, import.meta.url));
      cpSync(from, join(top, name), { recursive: true });
    }
    const client = await spawn(join(top, "dist/main.cjs"), { args: ["--demo"] });
    const { text, isError } = await client.callTool("slack_list_channels");
    await client.close();
    expect(isError).toBe(true);
    expect(text).toContain("npx -y -p @fairlead/server-slack -p emulate@0.12.2");
  });
});
