import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectedClient, type ConnectOptions, connect } from "@fairlead/runtime/testing";
import { createFakeDrive, type FakeDrive } from "@fairlead/testing";
import { onTestFinished } from "vitest";
import { server } from "../../src/index.ts";

export const user = "ada@example.com";
export const token = "ya29.token-of-ada-0123456789";
const scopePrefix = "https://www.googleapis.com/auth/";

/** A directory of the test's own; gone when the test is. */
export async function temporaryDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "fairlead-gdrive-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

/** A fake Drive; what its description of Google's API does not allow fails the test. */
export async function startFake(): Promise<FakeDrive> {
  const fake = await createFakeDrive();
  onTestFinished(() => fake.close());
  return fake;
}

/** A file with a sign-in that holds for an hour. */
export async function writeSignIn(
  path: string,
  scopes: readonly string[],
  more: object = {},
): Promise<string> {
  const scope = scopes.map((name) => scopePrefix + name).join(" ");
  const signIn = { access_token: token, scope, expiry_date: Date.now() + 3_600_000, ...more };
  await writeFile(path, JSON.stringify(signIn), { mode: 0o600 });
  return path;
}

export interface Started {
  readonly fake: FakeDrive;
  readonly client: ConnectedClient;
  readonly home: string;
  call(name: string, args?: object): Promise<Answered>;
}

export interface Answered {
  readonly text: string;
  readonly isError: boolean;
  readonly content: readonly Readonly<Record<string, unknown>>[];
  /** Structured content, to look into. */
  readonly output: ReturnType<typeof Object>;
}

export interface StartOptions extends ConnectOptions {
  readonly scopes?: readonly string[];
  readonly options?: object;
  readonly fake?: FakeDrive;
}

/** A client of the server on a fake Drive, signed in as Ada with all tools on. */
export async function start(given: StartOptions = {}): Promise<Started> {
  const { scopes = ["drive.readonly", "drive.file"], options = {}, ...more } = given;
  const fake = given.fake ?? (await startFake());
  fake.allow(token, user, scopes);
  const home = await temporaryDirectory();
  const credentialsPath = await writeSignIn(join(home, "credentials.json"), scopes);
  const config = { baseUrl: fake.url, credentialsPath, allowWrite: true, ...options };
  const principal = { id: "local" };
  const client = await connect(server, { principal, ...more, config });
  onTestFinished(() => client.close());
  return { fake, client, home, call: (name, args) => callTool(client, name, args) };
}

export async function callTool(
  client: ConnectedClient,
  name: string,
  args: object = {},
): Promise<Answered> {
  const { text, isError, content, structuredContent } = await client.callTool(name, { ...args });
  return { text, isError, content, output: Object(structuredContent) };
}

export const types = {
  document: "application/vnd.google-apps.document",
  spreadsheet: "application/vnd.google-apps.spreadsheet",
  presentation: "application/vnd.google-apps.presentation",
  drawing: "application/vnd.google-apps.drawing",
  folder: "application/vnd.google-apps.folder",
  shortcut: "application/vnd.google-apps.shortcut",
  form: "application/vnd.google-apps.form",
  word: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  excel: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  powerpoint: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
} as const;
