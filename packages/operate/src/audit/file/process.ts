import { kill, pid } from "node:process";
import { toCode } from "../problem.ts";

/** The number of this process. */
export const ownPid = pid;

/** Whether there is a process of this number. */
export function isRunning(number: number): boolean {
  try {
    kill(number, 0);
    return true;
  } catch (error) {
    // An error about rights means that the process exists.
    return toCode(error) === "EPERM";
  }
}
