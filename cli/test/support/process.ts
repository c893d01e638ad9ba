import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

/** What a process has of memory, in MiB, as the kernel counts it. */
export interface Resident {
  readonly now: number;
  readonly peak: number;
}

/** Reads it; undefined where a test cannot, which is everywhere but on Linux. */
export function readResident(pid: number): Resident | undefined {
  if (process.platform !== "linux") return undefined;
  const status = tryRead(`/proc/${pid}/status`);
  const read = (key: string) => {
    const [, kibibytes] = new RegExp(`^${key}:\\s*(\\d+) kB`, "m").exec(status) ?? [];
    return Math.round(Number(kibibytes) / 1024);
  };
  return { now: read("VmRSS"), peak: read("VmHWM") };
}

/** Has the kernel count the peak from now on (proc(5), clear_refs), where it can do that. */
export function forgetPeak(pid: number): void {
  const path = `/proc/${pid}/clear_refs`;
  if (existsSync(path)) writeFileSync(path, "5");
}

/** The children of a process whose command has this word in it, by their ids. */
export function findChildren(pid: number, word: string): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const parent = /^\d+ \(.*\) \S (\d+)/s.exec(tryRead(`/proc/${name}/stat`))?.[1];
      return parent === String(pid) && tryRead(`/proc/${name}/cmdline`).includes(word);
    })
    .map(Number);
}

/** A process may be gone before it is read. */
function tryRead(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
