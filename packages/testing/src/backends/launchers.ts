import { type Launcher, toBinLauncher } from "../launchers.ts";
import { findEngine } from "./engine.ts";
import { buildServerImage } from "./images.ts";
import { toImageLauncher } from "./server-image.ts";

export interface NamedLauncher {
  /** What the name of a test gets; the runner's summary counts tests by it. */
  readonly suffix: string;
  readonly contained: boolean;
  readonly launcher: Launcher;
}

/** Every way to start a server: its built bin, and its image where there is an engine. */
export async function findLaunchers(server: string | URL, bin: string): Promise<NamedLauncher[]> {
  const own = { suffix: "", contained: false, launcher: toBinLauncher(bin) };
  const engine = await findEngine();
  if (engine === undefined) return [own];
  const image = await buildServerImage(engine, server);
  const launcher = toImageLauncher(engine, image);
  return [own, { suffix: " (container)", contained: true, launcher }];
}
