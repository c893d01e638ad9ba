export { busCases } from "./bus-contract.ts";
export type { Case } from "./case.ts";
export { eventCases } from "./events-contract.ts";
export { limitCases } from "./limits-contract.ts";
export { stateCases } from "./states-contract.ts";
export { taskCases } from "./tasks-contract.ts";
export type { OpenTasks } from "./tasks-fixture.ts";
export { vaultCases } from "./vault-contract.ts";
