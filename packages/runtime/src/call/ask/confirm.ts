import type { JsonSchema } from "../../define/schema.ts";
import type { WireTool } from "../../define/surface.ts";

/** A tool as it is listed where its calls need the user's agreement: with an argument for it. */
export function withConfirm(wire: WireTool): WireTool {
  const { properties } = wire.inputSchema;
  const own = typeof properties === "object" && properties !== null ? properties : {};
  const description =
    "Set to true once the user has agreed to this very call, if the server does not ask them itself. Default: false.";
  const confirm = { [toConfirmName(wire.inputSchema)]: { type: "boolean", description } };
  return { ...wire, inputSchema: { ...wire.inputSchema, properties: { ...own, ...confirm } } };
}

/** What the argument is called: `confirm`, unless the tool has an argument of that name, anywhere in it. */
export function toConfirmName(inputSchema: JsonSchema): string {
  const text = JSON.stringify(inputSchema);
  const isFree = (name: string) => !text.includes(`"${name}":`);
  if (isFree("confirm")) return "confirm";
  let number = 1;
  while (!isFree(number === 1 ? "confirm_call" : `confirm_call_${number}`)) number += 1;
  return number === 1 ? "confirm_call" : `confirm_call_${number}`;
}
