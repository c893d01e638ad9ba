import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** A process of `fairlead serve --config`. */
export interface Configured {
  readonly pid: number;
  stderr(): string;
  /** Sends a signal to the process. */
  signal(name: NodeJS.Signals): void;
  /** Ends the process by SIGTERM and resolves with its exit code. */
  close(): Promise<number | null>;
}

/** Serves a file, and resolves when all its servers are listening. */
export async function serveFile(
  file: string,
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Configured> {
  const child = spawn(process.execPath, [main, "serve", "--config", file], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  const listening = new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("listening on")) resolve();
    });
    child.once("exit", () => reject(new Error(`It did not start.\n${text}`)));
  });
  const exited = once(child, "exit");
  await listening;
  return {
    pid: child.pid ?? 0,
    stderr: () => text,
    signal: (name) => void child.kill(name),
    async close() {
      if (child.exitCode === null) child.kill("SIGTERM");
      await exited;
      return child.exitCode;
    },
  };
}

/** A port of this machine that nothing listens on. */
export async function findPort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return address.port;
}
