import type { WireTool } from "./surface.ts";

/** A tool as it is listed where its calls need the user's agreement: with the argument `confirm`. */
export function withConfirm(wire: WireTool): WireTool {
  const { properties } = wire.inputSchema;
  const own = typeof properties === "object" && properties !== null ? properties : {};
  if ("confirm" in own) return wire;
  const description = "Set to true once the user has agreed to this very call. Default: false.";
  const confirm = { type: "boolean", description };
  return { ...wire, inputSchema: { ...wire.inputSchema, properties: { ...own, confirm } } };
}
