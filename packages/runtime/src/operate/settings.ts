import type { Surface } from "@fairlead/define";
import { commonOptions } from "@fairlead/define/start";
import { findPolicyProblems, type PolicyOptions } from "../call/policy.ts";
import {
  type Address,
  findStateKeyProblems,
  toAddress,
  toMetricsAddress,
  toPolicyOptions,
  toSecrets,
} from "./common.ts";
import { type Given, readOptions, type Sources } from "./options.ts";

/** What was asked of a server, or every reason why it cannot be had. */
export interface Settings extends Given {
  readonly policy: PolicyOptions;
  /** Where `--http` says to listen; undefined for stdio. */
  readonly http?: Address;
  /** The values that may reach no client and no log. */
  readonly secrets: readonly string[];
}

/** Reads the options of a server, and finds the problems that can be found before anything is opened. */
export function readSettings(surface: Surface, sources: Sources): Settings {
  const commands = surface.commands?.map(({ name }) => name);
  const given = readOptions(surface.options, sources, commands);
  const { common, own } = given;
  const policy = toPolicyOptions(common, surface.options, own);
  const { http, problems } = readDoor(given);
  return {
    ...given,
    policy,
    ...(http && { http }),
    secrets: [...toSecrets(surface.options, own), ...toSecrets(commonOptions, common)],
    problems: [...given.problems, ...findPolicyProblems(surface, policy), ...problems],
  };
}

/** Where a process listens, and what is wrong with the options that hold for all of it. */
export function readDoor({ common }: Pick<Given, "common">): {
  readonly http?: Address;
  readonly problems: readonly string[];
} {
  const { http, problems } = toAddress(common);
  const others = [...toMetricsAddress(common).problems, ...findStateKeyProblems(common)];
  return { ...(http && { http }), problems: [...problems, ...others] };
}
