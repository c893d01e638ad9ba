import type { Credentials } from "./credentials.ts";
import { GitHubError } from "./errors.ts";

export interface Demo {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  close(): Promise<void>;
}

/** Starts an emulated GitHub on loopback, for its caller alone, with something to look at. */
export async function openDemo(): Promise<Demo> {
  throw new GitHubError("The demo is not there yet.", "");
}
