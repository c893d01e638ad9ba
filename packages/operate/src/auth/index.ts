export type { Authenticate, Claim, Refusal } from "./authenticate.ts";
