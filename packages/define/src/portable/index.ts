export { findNonPortable, type Problem } from "./check.ts";
export { type PortableOptions, TooManySchemas, toPortable } from "./write.ts";
