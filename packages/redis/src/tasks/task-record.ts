import type { Ending, Json, Task, TaskAnswer } from "@fairlead/store";

/** A task as Redis has it, with the answers that its worker has not read yet. */
export interface TaskRecord extends Task {
  /** 1 as long as nothing of it has changed. */
  readonly version: number;
  readonly answers: ReadonlyMap<string, TaskAnswer>;
}

/** Makes a task of the names and values of its fields; undefined where there are none. */
export function readTask(reply: unknown): TaskRecord | undefined {
  const fields = readFields(reply);
  const text = (name: string) => fields.get(name) ?? "";
  if (!fields.has("id")) return undefined;
  const questions = readQuestions(fields);
  const ending = readEnding(fields);
  return {
    id: text("id"),
    owner: text("owner"),
    status: ending?.status ?? (questions.size > 0 ? "input_required" : "working"),
    message: fields.get("message"),
    createdAt: Number(text("createdAt")),
    updatedAt: Number(text("updatedAt")),
    ttlMs: Number(text("ttlMs")),
    questions,
    ending,
    version: Number(text("version")),
    answers: new Map(readAll(fields, "a:").map(([key, value]) => [key, JSON.parse(value)])),
  };
}

/** The fields that say how a task ended, as names and values. */
export function writeEnding(ending: Ending): readonly string[] {
  const { status, message } = ending;
  return [
    ...["end", status],
    ...(message === undefined ? [] : ["message", message]),
    ...(status === "completed" ? ["result", ending.result] : []),
    ...(status === "completed" && ending.isError ? ["isError", "1"] : []),
    ...(status === "failed" ? ["error", ending.error] : []),
  ];
}

function readEnding(fields: ReadonlyMap<string, string>): Ending | undefined {
  const status = fields.get("end");
  const message = fields.get("message");
  if (status === "completed") {
    return { status, message, result: fields.get("result") ?? "", isError: fields.has("isError") };
  }
  if (status === "failed") return { status, message, error: fields.get("error") ?? "{}" };
  return status === "cancelled" ? { status, message } : undefined;
}

/** A hash has no order, so each question says which it is. */
function readQuestions(fields: ReadonlyMap<string, string>): ReadonlyMap<string, Json> {
  const asked = readAll(fields, "q:").map(([key, value]) => {
    const end = value.indexOf(" ");
    return { key, place: Number(value.slice(0, end)), json: value.slice(end + 1) };
  });
  asked.sort((one, other) => one.place - other.place);
  return new Map(asked.map(({ key, json }) => [key, JSON.parse(json)]));
}

function readAll(fields: ReadonlyMap<string, string>, kind: string): [string, string][] {
  return [...fields]
    .filter(([name]) => name.startsWith(kind))
    .map(([name, value]) => [name.slice(kind.length), value]);
}

function readFields(reply: unknown): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  if (!Array.isArray(reply)) return fields;
  for (let at = 0; at < reply.length; at += 2) fields.set(String(reply[at]), String(reply[at + 1]));
  return fields;
}
