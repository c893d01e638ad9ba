import type { Environment, Surface } from "@fairlead/runtime";

/**
 * The secrets of this process: no server is given one here, but programs that servers start inherit them,
 * and a log must not hold what those or a library say of them.
 */
export function listSecrets(
  surfaces: readonly Surface[],
  environment: Environment,
): readonly string[] {
  const options = surfaces.flatMap((surface) => surface.options).filter(({ secret }) => secret);
  return options.flatMap(({ env, many }) => {
    const value = environment[env] ?? "";
    return [value, ...(many ? value.split(",") : [])].filter((one) => one.trim() !== "");
  });
}
