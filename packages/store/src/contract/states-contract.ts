import { deepEqual, equal } from "node:assert/strict";
import type { StateStore } from "../states.ts";
import type { Case } from "./case.ts";

type Open = () => StateStore | Promise<StateStore>;

const minute = 60_000;

/** What a StateStore has to do. */
export const stateCases: readonly Case<Open>[] = [
  {
    name: "a state is taken once, whoever asks again",
    async run(open) {
      const states = await open();
      const until = Date.now() + minute;
      equal(await states.take("n", until, "ada"), true);
      equal(await states.take("n", until, "ada"), false);
      equal(await states.take("n", until, "bob"), false);
      equal(await states.take("m", until, "bob"), true);
    },
  },
  {
    name: "of many at once one gets it",
    async run(open) {
      const states = await open();
      const until = Date.now() + minute;
      const all = await Promise.all(
        Array.from({ length: 50 }, async () => states.take("n", until, "ada")),
      );
      deepEqual(all.filter(Boolean), [true]);
    },
  },
];
