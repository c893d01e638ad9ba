export { compileArguments } from "./call/arguments/arguments.ts";
export type { Check } from "./call/arguments/check.ts";
export { loadRawValidator, type RawValidator } from "./call/arguments/json-schema.ts";
export { commonOptions } from "./define/common-options.ts";
export { TooManySchemas, toPortable } from "./define/portable/write.ts";
