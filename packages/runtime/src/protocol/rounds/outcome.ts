import type { Call } from "../../call/call.ts";
import type { Catalog } from "../server/catalog.ts";

/** A result, or the questions that the call ended with in its place. */
export async function orQuestions(
  catalog: Catalog,
  call: Call,
  result: Promise<string>,
): Promise<string> {
  try {
    const given = await result;
    return call.asked === undefined ? given : await toQuestions(catalog, call.asked);
  } catch (error) {
    if (call.asked === undefined) throw error;
    return await toQuestions(catalog, call.asked);
  }
}

/** The result of a call that ended with questions, which its client answers when it sends it again. */
export async function toQuestions(
  catalog: Catalog,
  members: string | Promise<string>,
): Promise<string> {
  return catalog.result("modern", await members, "input_required");
}
