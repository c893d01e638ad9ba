import { constructFromEvents, EVENT_ID, type Event, getScalarValue, parseEvents } from "js-yaml";

/** A place in a document: keys and indices from its root. */
export type Path = readonly (string | number)[];

/** A document and where its parts stand. */
export interface Located {
  readonly value: unknown;
  /** The line of a key or an item, counted from 1; undefined for one that is not there. */
  lineOf(path: Path): number | undefined;
}

/** A text that is not YAML. */
export class YamlError extends SyntaxError {
  /** Counted from 1. */
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** Reads one YAML document; throws YamlError. JSON is YAML, too. */
export function readLocated(source: string): Located {
  try {
    const events = parseEvents(source, {});
    const documents = constructFromEvents(events, { source });
    if (documents.length > 1) throw new YamlError("It has several documents.", 1);
    const lines = findLines(events, source);
    return { value: documents[0], lineOf: (path) => lines.get(JSON.stringify(path)) };
  } catch (error) {
    if (error instanceof YamlError || !(error instanceof Error)) throw error;
    // The lines of the message after the first show the content of the file.
    const [said = ""] = error.message.split("\n", 1);
    throw new YamlError(`It is not YAML: ${said}.`, readLine(error) + 1);
  }
}

function readLine(error: Error): number {
  const mark = "mark" in error ? error.mark : undefined;
  if (typeof mark !== "object" || mark === null || !("line" in mark)) return 0;
  return typeof mark.line === "number" ? mark.line : 0;
}

/** A sequence or a mapping that is being read. */
interface Open {
  readonly path: Path;
  readonly isMapping: boolean;
  /** In a mapping: the key whose value comes next. */
  key: string | undefined;
  index: number;
}

function findLines(events: readonly Event[], source: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const open: (Open | undefined)[] = [];
  const toLine = (offset: number) => source.slice(0, offset).split("\n").length;
  /** The path of the node that comes now; undefined for a key. */
  const enter = (start: number, key: string | undefined): Path | undefined => {
    const parent = open.at(-1);
    if (parent === undefined) return [];
    if (parent.isMapping && parent.key === undefined) {
      parent.key = key ?? "";
      lines.set(JSON.stringify([...parent.path, parent.key]), toLine(start));
      return undefined;
    }
    const path = [...parent.path, parent.isMapping ? (parent.key ?? "") : parent.index];
    if (!parent.isMapping) lines.set(JSON.stringify(path), toLine(start));
    parent.key = undefined;
    parent.index += 1;
    return path;
  };
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) open.push(undefined);
    else if (event.type === EVENT_ID.POP) open.pop();
    else if (event.type === EVENT_ID.ALIAS) enter(event.anchorStart, undefined);
    else if (event.type === EVENT_ID.SCALAR) {
      enter(event.valueStart, getScalarValue(source, event));
    } else {
      const path = enter(event.start, undefined) ?? [];
      open.push({ path, isMapping: event.type === EVENT_ID.MAPPING, key: undefined, index: 0 });
    }
  }
  return lines;
}
