import type { JsonSchema } from "@fairlead/define";
import { deepestReading, readText } from "./readings.ts";
import { type Items, type Members, type Shape, Shapes } from "./shapes.ts";

type Values = Readonly<Record<string, unknown>>;

/** Gemini CLI adds it to the schema of every tool and sends it on. */
const addedToSchemas = "wait_for_previous";
/** What n8n was seen to send besides (n8n issues 21500, 21716 and 22787). */
const leaked: readonly string[] = ["toolCallId", "sessionId", "action", "chatInput"];

/**
 * Reads arguments as hosts and models really send them, by the tool's own schema: JSON text for an
 * array or object, text for a number or boolean, null for what may be left out, and words of the host.
 * Changes only what the schema refuses for certain, so what it takes as it is stays as it is. What it
 * gives must be checked again.
 */
export class LenientReader {
  readonly #top: Shape;

  constructor(schema: JsonSchema) {
    this.#top = new Shapes(schema).top;
  }

  /** The host's word that the schema would let through to the tool, so that no check finds it. */
  get unnoticed(): string | undefined {
    const { members } = this.#top;
    return members.closed || members.has(addedToSchemas) ? undefined : addedToSchemas;
  }

  /** The arguments as they are meant; the very same value where it has nothing to change. */
  read(args: unknown): unknown {
    const { members } = this.#top;
    const foreign = members.closed ? listForeign(args).filter((word) => !members.has(word)) : [];
    return readValue(this.#top, foreign.reduce(dropMember, args), 0);
  }
}

/** The words of a host among arguments. Models too may think up an `action`: alone it is none. */
function listForeign(args: unknown): readonly string[] {
  if (!isObject(args)) return [];
  const found = [addedToSchemas, ...leaked].filter((word) => Object.hasOwn(args, word));
  return found.length === 1 && found[0] === "action" ? [] : found;
}

/** The value without this member; the very same where it has none. */
export function dropMember(value: unknown, name: string): unknown {
  if (!isObject(value) || !Object.hasOwn(value, name)) return value;
  const { [name]: _, ...others } = value;
  return others;
}

function readValue(shape: Shape, given: unknown, level: number): unknown {
  const isText = typeof given === "string" && !shape.kinds.has("string");
  const value = isText ? readText(given, shape.kinds) : given;
  if (level === deepestReading) return value;
  if (Array.isArray(value)) return readItems(shape.items, value, level + 1);
  return isObject(value) ? readMembers(shape.members, value, level + 1) : value;
}

function readItems(items: Items, given: readonly unknown[], level: number): readonly unknown[] {
  let changed = false;
  const read = given.map((item, index) => {
    const shape = items.at(index);
    const value = shape ? readValue(shape, item, level) : item;
    changed ||= value !== item;
    return value;
  });
  return changed ? read : given;
}

function readMembers(members: Members, given: Values, level: number): Values {
  let changed = false;
  const read = Object.entries(given).flatMap(([name, item]): [string, unknown][] => {
    const shape = members.get(name);
    if (shape === undefined) return [[name, item]];
    if (item === null && members.isOptional(name) && refusesNull(shape)) {
      changed = true;
      return [];
    }
    const value = readValue(shape, item, level);
    changed ||= value !== item;
    return [[name, value]];
  });
  return changed ? Object.fromEntries(read) : given;
}

/** Where nothing at all may stand, null is no worse than anything else. */
function refusesNull({ kinds }: Shape): boolean {
  return kinds.size > 0 && !kinds.has("null");
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
