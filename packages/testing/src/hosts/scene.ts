import type { SceneCall } from "./call.ts";

/** What a server is started with, and what is then asked of it. */
export interface Prepared {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly calls: readonly SceneCall[];
}

/** A backend that can be set back to its beginning. */
export interface Stage {
  /** The same backend each time, as if nothing had been called before. */
  prepare(): Promise<Prepared>;
  close(): Promise<void>;
}

/** One server with a backend that answers every one of its default tools. */
export interface Scene {
  readonly server: string;
  /** Opens the stage; `folder` is its own, under the same path each time. */
  open(folder: string): Promise<Stage>;
}
