export { compileArguments } from "./call/arguments/arguments.ts";
export type { Check } from "./call/arguments/check.ts";
export { loadRawValidator, type RawValidator } from "./call/arguments/json-schema.ts";
