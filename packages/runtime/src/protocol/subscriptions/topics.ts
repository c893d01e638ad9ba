import type { ListKind, Principal } from "@fairlead/define";
import type { Notice } from "@fairlead/store";

/** What tells of changes to a list: of one connection of the server, or of all without one. */
export function toListTopic(kind: ListKind, connection?: string): string {
  return JSON.stringify(["list", kind, connection]);
}

/** What tells of changes to a resource is the principal's own: another may not read what they read. */
export function toResourceTopic(principal: Principal, uri: string): string {
  return JSON.stringify(["resource", principal.id, uri]);
}

/** Says that what a topic is about may be read anew. */
export function toNotice(topic: string): Notice {
  const [of, name, uri]: unknown[] = JSON.parse(topic);
  return of === "list"
    ? { method: `notifications/${name}/list_changed`, params: {} }
    : { method: "notifications/resources/updated", params: { uri } };
}
