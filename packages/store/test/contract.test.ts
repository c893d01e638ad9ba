// The same cases run against Redis: packages/redis/test/contract.test.ts.
import { describe, test } from "vitest";
import {
  busCases,
  eventCases,
  limitCases,
  stateCases,
  taskCases,
  vaultCases,
} from "../src/contract/index.ts";
import {
  MemoryBus,
  MemoryEventStore,
  MemoryLimits,
  MemoryStates,
  MemoryTaskStore,
  MemoryVault,
} from "../src/index.ts";

describe("a bus in memory", () => {
  test.each(busCases)("$name", ({ run }) => run(() => new MemoryBus()));
});

describe("used states in memory", () => {
  test.each(stateCases)("$name", ({ run }) => run(() => new MemoryStates()));
});

describe("a vault in memory", () => {
  test.each(vaultCases)("$name", ({ run }) => run(() => new MemoryVault()));
});

describe("tasks in memory", () => {
  test.each(taskCases)("$name", ({ run }) =>
    run((limits, clock) => new MemoryTaskStore(limits, () => clock.now)),
  );
});

describe("events in memory", () => {
  test.each(eventCases)("$name", ({ run }) =>
    run((bounds) => new MemoryEventStore({ ...bounds, allCharacters: 10_000 })),
  );
});

describe("limits in memory", () => {
  test.each(limitCases)("$name", ({ run }) => run(() => new MemoryLimits()));
});
