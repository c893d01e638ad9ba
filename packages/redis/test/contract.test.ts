// The cases that every adapter has to pass, as packages/store/test/contract.test.ts runs them in memory.
import {
  busCases,
  eventCases,
  limitCases,
  stateCases,
  taskCases,
  vaultCases,
} from "@fairlead/store/contract";
import { afterAll, describe, test } from "vitest";
import { RedisEventStore } from "../src/events/redis-event-store.ts";
import { RedisLimits } from "../src/limits/redis-limits.ts";
import { RedisBus } from "../src/redis-bus.ts";
import { RedisStates } from "../src/redis-states.ts";
import { RedisVault } from "../src/redis-vault.ts";
import { RedisTasks } from "../src/tasks/redis-tasks.ts";
import { connect, server } from "./stores.fixture.ts";

afterAll(() => server?.close());

describe.skipIf(server === undefined)("in Redis", () => {
  describe("a bus", () => {
    test.each(busCases)("$name", ({ run }) =>
      run(async () => {
        const { link, channels, prefix } = await connect();
        return new RedisBus(link, channels, prefix);
      }),
    );
  });

  describe("used states", () => {
    test.each(stateCases)("$name", ({ run }) =>
      run(async () => {
        const { link, prefix } = await connect();
        return new RedisStates(link, prefix);
      }),
    );
  });

  describe("tasks", () => {
    test.each(taskCases)("$name", ({ run }) =>
      run(async (limits, clock) => {
        const shared = await connect();
        return new RedisTasks({ ...shared, limits, now: () => clock.now });
      }),
    );
  });

  describe("events", () => {
    test.each(eventCases)("$name", ({ run }) =>
      run(async (bounds) => {
        const { link, prefix } = await connect();
        return new RedisEventStore(link, prefix, { ...bounds, idleMs: 60_000 });
      }),
    );
  });

  describe("a vault", () => {
    test.each(vaultCases)("$name", ({ run }) =>
      run(async () => {
        const { link, prefix } = await connect();
        return new RedisVault(link, prefix);
      }),
    );
  });

  describe("limits", () => {
    test.each(limitCases)("$name", ({ run }) =>
      run(async () => {
        const { link, prefix } = await connect();
        return new RedisLimits({ link, prefix, clock: "given" });
      }),
    );
  });
});
