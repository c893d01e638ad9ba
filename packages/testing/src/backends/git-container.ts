import type { GitHost, GitHostOptions } from "./backend.ts";
import { startContainer } from "./container.ts";
import type { Engine } from "./engine.ts";
import { otherUser } from "./users.ts";

/** Serves the bare repositories in a directory by a web server in a container. */
export async function startGitContainer(
  engine: Engine,
  image: string,
  { root, token }: GitHostOptions,
): Promise<GitHost> {
  const container = await startContainer(engine, {
    image,
    port: 8080,
    env: { TOKEN: token },
    mounts: [[root, "/srv/git"]],
    user: otherUser,
    ready: /server started/,
  });
  return {
    port: container.port,
    url: `http://127.0.0.1:${container.port}/git`,
    async close() {
      await container.close();
    },
  };
}
