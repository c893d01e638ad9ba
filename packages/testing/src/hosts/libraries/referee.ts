import { readFileSync } from "node:fs";
import { fieldsAt } from "../json.ts";
import type { Call } from "./backends.ts";
import { findLost, toPayload } from "./payload.ts";
import { findChanged, findUnstrict } from "./schemas.ts";
import type { Session } from "./session.ts";

/** Each tool that is not strict, by its server, with the reason. */
const looseTools: unknown = JSON.parse(
  readFileSync(new URL("loose-tools.json", import.meta.url), "utf8"),
);

/** What a library did not offer to a model, or not as the server lists it. */
export function findRefused(
  { offered, listed }: Session,
  loosened: readonly string[] = [],
): readonly string[] {
  const schemas = new Map(offered.map(({ name, schema }) => [name, schema]));
  const names = new Set(listed.map(({ name }) => name));
  const added = [...schemas.keys()].filter((name) => !names.has(name));
  return [
    ...(names.size === 0 ? ["The server listed no tool."] : []),
    ...added.map((name) => `${name} is offered and was not listed.`),
    ...listed.flatMap(({ name, schema }) => {
      if (!schemas.has(name)) return [`${name} is not offered.`];
      const changed = findChanged(schema, schemas.get(name)).map((path) => name + path);
      const stale = loosened.filter(
        (place) => place.startsWith(`${name}.`) && !changed.includes(place),
      );
      return [
        ...changed
          .filter((place) => !loosened.includes(place))
          .map((place) => `${place} is offered as something else.`),
        ...stale.map((place) => `${place} is offered as it is listed: take it out of the list.`),
      ];
    }),
  ];
}

/** What of the answers a library did not show. */
export function findHidden(calls: readonly Call[], session: Session): readonly string[] {
  const { listed, results, views } = session;
  if (results.length !== calls.length) {
    return [`The server answered ${results.length} of ${calls.length} calls.`];
  }
  return calls.flatMap(({ tool, holds }, index) => {
    const result = results[index] ?? {};
    if (result["isError"] === true) return [`${tool} failed: ${JSON.stringify(result["content"])}`];
    const { outputSchema } = listed.find(({ name }) => name === tool) ?? {};
    const payload = [...holds, ...toPayload(result, outputSchema)];
    const shown = Object.entries(views[index] ?? {});
    if (shown.length === 0) return [`${tool} was shown in no way.`];
    return shown.flatMap(([view, value]) => {
      const lost = findLost(payload, value);
      return lost.map((piece) => `${view} does not see of ${tool}: ${`${piece}`.slice(0, 200)}`);
    });
  });
}

/** Tools that are not strict and not in the list, tools in the list that need not be, and such as OpenAI refuses. */
export function findNotStrict(server: string, { offered }: Session): readonly string[] {
  const reasons = fieldsAt(looseTools, server);
  const loose = new Set(offered.filter(({ strict }) => !strict).map(({ name }) => name));
  const unnamed = [...loose].filter((name) => !(name in reasons));
  const stale = Object.keys(reasons).filter((name) => !loose.has(name));
  const strict = offered.filter((tool) => tool.strict);
  return [
    ...unnamed.map((name) => `${name} is not strict, and loose-tools.json does not say why.`),
    ...stale.map((name) => `${name} is strict or gone: take it out of loose-tools.json.`),
    ...strict.flatMap(({ name, schema }) => {
      return findUnstrict(schema).map((what) => `${name} is sent as strict: ${what}.`);
    }),
  ];
}
