import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSession, type ServerOptions, type Session } from "../../sessions.ts";
import type { Scene } from "../scene.ts";
import { filesystem } from "./filesystem.ts";
import { gdrive } from "./gdrive.ts";
import { git } from "./git.ts";
import { github } from "./github.ts";
import { postgres } from "./postgres.ts";
import { puppeteer } from "./puppeteer.ts";
import { slack } from "./slack.ts";

/** A scene for every server of this repository. */
export const scenes: readonly Scene[] = [
  ...[filesystem, git, postgres, github, slack, gdrive, puppeteer],
];

/** A server on the backend of its scene, with an official client. */
export interface PlayedScene {
  /** The temporary folder that holds the backend's files. */
  readonly folder: string;
  /** What the server was started with. */
  readonly args: readonly string[];
  readonly session: Session;
  close(): Promise<void>;
}

/**
 * Starts the built server with this name on its scene, as if nothing had been called before, with
 * these arguments in addition to the scene's own.
 */
export async function playScene(
  server: string,
  { bin, args: more = [] }: Omit<ServerOptions, "env">,
): Promise<PlayedScene> {
  const scene = scenes.find((one) => one.server === server);
  if (scene === undefined) throw new Error(`There is no scene for the server ${server}.`);
  const folder = await realpath(await mkdtemp(join(tmpdir(), "fairlead-scene-")));
  const stage = await scene.open(folder);
  const { args: own, env } = await stage.prepare();
  const args = [...own, ...more];
  const session = await openSession({ bin, args, env });
  return {
    folder,
    args,
    session,
    async close() {
      await session.close();
      await stage.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
