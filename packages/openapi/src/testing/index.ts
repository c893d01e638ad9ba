export { type ApiSubject, operations } from "./operations.ts";
