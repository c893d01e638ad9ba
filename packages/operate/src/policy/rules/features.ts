import type { RuleText } from "../file/schema.ts";
import type { FeatureAccess } from "./access.ts";
import { isLike, toPlainUri } from "./patterns.ts";

const why =
  "is not permitted to you: the policy of this server does not give it to this caller. Ask the operator of the server.";

/** What a rule says of resources and prompts; undefined for one that leaves all of them in. */
export function toFeatures({
  resources,
  excludeResources = [],
  prompts,
  excludePrompts = [],
}: Pick<RuleText, "resources" | "excludeResources" | "prompts" | "excludePrompts">):
  | FeatureAccess
  | undefined {
  const isOpen = resources === undefined && prompts === undefined;
  if (isOpen && excludeResources.length === 0 && excludePrompts.length === 0) return undefined;
  const [included, excluded] = [resources?.map(toPattern), excludeResources.map(toPattern)];
  const isIncluded = (uri: string) => included?.some((each) => isLike(each, uri)) ?? true;
  const isExcluded = (uri: string) => excluded.some((each) => isLike(each, uri));
  const isPrompt = (name: string) =>
    (prompts?.some((each) => isLike(each, name)) ?? true) &&
    !excludePrompts.some((each) => isLike(each, name));
  return {
    resource(uri) {
      const plain = toPlainUri(uri);
      const may = plain !== undefined && isIncluded(plain) && !isExcluded(plain);
      return may ? undefined : `${uri} ${why}`;
    },
    template(uriTemplate) {
      const plain = toPattern(uriTemplate);
      // What all of its members begin with.
      const [start = ""] = plain.split("{", 1);
      const mayHave = included?.some((each) => isAlong(start, each)) ?? true;
      return mayHave && !isExcluded(plain) ? undefined : `${uriTemplate} ${why}`;
    },
    prompt: (name) => (isPrompt(name) ? undefined : `${name} ${why}`),
  };
}

/** Permits no resource and no prompt, for a caller that no rule matches. */
export const noFeatures = toFeatures({ resources: [], prompts: [] });

/** The file is refused where one of its patterns has dots that nobody can match. */
function toPattern(pattern: string): string {
  return toPlainUri(pattern) ?? pattern;
}

/** Whether some text that begins with `start` may have the form of a pattern. */
function isAlong(start: string, pattern: string): boolean {
  const [head = ""] = pattern.split("*", 1);
  const isWhole = head.length === pattern.length;
  return head.startsWith(start) || (!isWhole && start.startsWith(head));
}
