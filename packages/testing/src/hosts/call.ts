/** A call that a model asks for. */
export interface Call {
  readonly server: string;
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Arguments that an earlier answer tells: what the first group matches, in the last that matches. */
  readonly heard?: Readonly<Record<string, RegExp>>;
  /** What of the answer depends on what else a host has asked of the backend. */
  readonly varies?: RegExp;
  /** Whether the answer is an error. */
  readonly refused?: boolean;
}

/** A call as a scene has it: which server it is of is known there. */
export type SceneCall = Omit<Call, "server">;

/** The cursor to the next page, however an answer tells it. */
export const cursor = /cursor\\*"?:? ?\\*"([\w.+/=-]+)/;

/** The arguments of a call, once these answers have been heard. */
export function toArguments(
  { arguments: given, heard = {} }: Pick<Call, "arguments" | "heard">,
  answers: readonly string[],
): Readonly<Record<string, unknown>> {
  const told = Object.entries(heard).flatMap(([name, pattern]) => {
    const answer = answers.findLast((text) => pattern.test(text));
    const value = answer === undefined ? undefined : pattern.exec(answer)?.[1];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...given, ...Object.fromEntries(told) };
}
