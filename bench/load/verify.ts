import type { Call } from "./frames.ts";

/** Throws unless the text is a good answer to the call: a whole frame, or one SSE event. */
export function assertAnswers(text: string, call: Call): void {
  const content = toResult(text).content;
  const first: unknown = Array.isArray(content) ? content[0] : undefined;
  if (!isRecord(first) || !String(first.text).includes(call.marker)) {
    throw new Error(`Not an answer to ${call.tool}: ${text.slice(0, 300)}`);
  }
}

/** The tools a text lists; throws unless it lists so many. */
export function readTools(text: string, count: number): readonly unknown[] {
  const { tools } = toResult(text);
  if (Array.isArray(tools) && tools.length === count) return tools;
  throw new Error(`Not a list of ${count} tools: ${text.slice(0, 300)}`);
}

/** The state of a call that ended with the question of this name; throws for any other answer. */
export function readAsked(text: string, name: string): string {
  const { inputRequests, requestState } = toResult(text);
  if (typeof requestState === "string" && isRecord(inputRequests) && name in inputRequests) {
    return requestState;
  }
  throw new Error(`Not asked for ${name}: ${text.slice(0, 300)}`);
}

/** The id of the task that a call became; throws for any other answer. */
export function readTaskId(text: string): string {
  const { task } = toResult(text);
  if (isRecord(task) && typeof task.taskId === "string") return task.taskId;
  throw new Error(`Not a task: ${text.slice(0, 300)}`);
}

function toResult(text: string): Readonly<Record<string, unknown>> {
  const data = text.startsWith("{") ? text : (/^data: ?(\{.*)$/m.exec(text)?.[1] ?? "{}");
  const frame: unknown = JSON.parse(data);
  const result = isRecord(frame) ? frame.result : undefined;
  if (!isRecord(result) || result.isError === true) {
    throw new Error(`Answered with an error: ${text.slice(0, 300)}`);
  }
  return result;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
