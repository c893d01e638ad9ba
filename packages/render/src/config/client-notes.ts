import { toList } from "../text.ts";
import type { Endpoint, Secret } from "./endpoint.ts";

/** How a client gets the value of a variable that its config names. */
export type Source = "environment" | "prompt" | "file";

/**
 * What a person has to do about the secrets that a config names, and which of them they may leave
 * out; undefined where there are none.
 */
export function toNote(client: string, source: Source, endpoint: Endpoint): string | undefined {
  const secrets = toSecrets(endpoint);
  if (secrets.length === 0) return undefined;
  const names = toNames(secrets);
  if (source === "prompt") return `${client} asks for ${names}. ${enter(secrets)}`.trimEnd();
  if (source === "file") return `${client} expands no variables: ${toFileNote(secrets)}`;
  return `Set ${names} in the environment that ${client} starts in.`;
}

/** The secrets that a client has to know of: over HTTP that is the token alone. */
export function toSecrets(endpoint: Endpoint): readonly Secret[] {
  if (endpoint.transport === "stdio") return endpoint.secrets;
  const { token } = endpoint;
  return token === undefined ? [] : [{ variable: token, description: "", required: true }];
}

/** What a prompt says: the variable, what it is and whether it is needed. */
export function toPrompt({ variable, description, required }: Secret): string {
  const words = description === "" ? variable : `${variable}: ${description}`;
  return required ? words : `${words} Optional: press Enter to leave it empty.`;
}

/** For a client that expands nothing: an optional value may stay away, a required one must be put in. */
export function toPlaceholder({ variable, required }: Secret): string {
  return required ? `<${variable}>` : "";
}

function toNames(secrets: readonly Secret[]): string {
  return toList(
    secrets.map(({ variable, required }) => `${variable} (${required ? "required" : "optional"})`),
  );
}

function enter(secrets: readonly Secret[]): string {
  return secrets.some(({ required }) => !required)
    ? "To go without an optional value, leave it empty and press Enter."
    : "";
}

function toFileNote(secrets: readonly Secret[]): string {
  const required = secrets.filter((secret) => secret.required).map(({ variable }) => variable);
  const optional = secrets.filter((secret) => !secret.required).map(({ variable }) => variable);
  const parts = [
    ...(required.length > 0
      ? [`write the value of ${toList(required)} (required) in place of the angle brackets`]
      : []),
    ...(optional.length > 0
      ? [
          `write the value of ${toList(optional)} (optional) between the quotes, or leave them empty`,
        ]
      : []),
  ];
  return `${parts.join(", and ")}.`;
}
