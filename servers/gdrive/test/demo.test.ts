import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawn } from "@fairlead/runtime/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { startFake, temporaryDirectory, token, types, user, writeSignIn } from "./support/drive.ts";
import { toExcel, toPdf, toPowerPoint, toWord } from "./support/office.ts";

const bin = new URL("../dist/main.cjs", import.meta.url);

describe("--demo", () => {
  it("searches, lists, reads and writes a Drive of its own, with the built bin", async () => {
    const client = await spawn(bin, { args: ["--demo", "--allow-write"] });
    onTestFinished(() => client.close());
    const found = await client.callTool("search", { query: "June" });
    expect(found.text).toContain("Found 1 files:\nMinutes of 12 March");
    const folder = await client.callTool("list_folder", { folder_id: "demo_folder_project" });
    expect(folder.text).toMatch(/Budget[\s\S]*Minutes[\s\S]*Project plan/);
    const plan = await client.callTool("read_file_content", { file_id: "demo_plan" });
    expect(plan.text).toContain("We build a reading lamp by **May**");
    const budget = await client.callTool("read_file_content", { file_id: "demo_budget" });
    const row = /^<untrusted source="Budget">\n(?:.+\n){4}<\/untrusted>$/;
    expect(budget.text).toMatch(row);
    const made = await client.callTool("create_file", { name: "new.txt", content: "Grüße" });
    expect(made.isError, made.text).toBe(false);
    const { id } = Object(made.structuredContent);
    expect((await client.callTool("read_file_content", { file_id: id })).text).toContain("Grüße");
    const { resources } = await client.request("resources/list");
    expect(JSON.stringify(resources)).toContain("gdrive:///demo_plan");
    await client.close();
    expect(await client.exited).toBe(0);
  });

  it("says how to get the emulator where it is not installed", async () => {
    const client = await spawn(installAlone(), { args: ["--demo"] });
    onTestFinished(() => client.close());
    const { text, isError } = await client.callTool("search", { query: "x" });
    expect(isError).toBe(true);
    expect(text).toContain(
      "npx -y -p @fairlead/server-gdrive -p emulate@0.12.2 fairlead-server-gdrive --demo",
    );
  });
});

describe("a normal install", () => {
  it("reads all but PDF, and says what brings that", async () => {
    const fake = await startFake();
    fake.allow(token, user, ["drive.readonly"]);
    const path = join(await temporaryDirectory(), "credentials.json");
    await writeSignIn(path, ["drive.readonly"]);
    const env = { GDRIVE_CREDENTIALS_PATH: path, GDRIVE_BASE_URL: fake.url };
    const client = await spawn(installAlone(), { env });
    onTestFinished(() => client.close());
    const read = async (mimeType: string, content: Buffer) => {
      const { id } = fake.files.add({ name: "a", mimeType, content });
      return (await client.callTool("read_file_content", { file_id: id })).text;
    };
    expect(await read(types.excel, toExcel())).toContain("Glass");
    expect(await read(types.powerpoint, toPowerPoint())).toContain("The end");
    expect(await read(types.word, toWord("A word"))).toContain("A word");
    expect(await read("application/pdf", toPdf("x"))).toContain("-p unpdf fairlead-server-gdrive");
  });
});

/** The built server with its dependencies and without what is optional; gives its bin. */
function installAlone(): string {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-alone-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const top = fileURLToPath(new URL("../", import.meta.url));
  cpSync(join(top, "dist"), join(directory, "dist"), { recursive: true });
  cpSync(join(top, "package.json"), join(directory, "package.json"));
  for (const name of ["@googleapis/drive", "google-auth-library"]) {
    const to = join(directory, "node_modules", name);
    mkdirSync(dirname(to), { recursive: true });
    symlinkSync(join(top, "node_modules", name), to);
  }
  return join(directory, "dist/main.cjs");
}
