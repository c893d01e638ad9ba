import { deepEqual } from "node:assert/strict";
import type { Bus, Listener, Notice } from "../bus.ts";
import { type Case, until } from "./case.ts";

type Open = () => Bus | Promise<Bus>;

const notice = (n: number): Notice => ({ method: "notifications/test", params: { n } });

/** One who listens and writes down what was heard, with a name. */
function record(heard: string[], name = ""): Listener {
  return { hear: ({ params }) => void heard.push(`${name}${params["n"]}`) };
}

/** What a Bus has to do. */
export const busCases: readonly Case<Open>[] = [
  {
    name: "those who listen to a topic hear it, in the order in which they began to",
    async run(open) {
      const bus = await open();
      const heard: string[] = [];
      for (const name of ["a", "b", "c"]) await bus.subscribe("t", record(heard, name));
      await bus.subscribe("other", record(heard, "x"));
      for (const n of [1, 2]) await bus.publish("t", notice(n));
      await until(() => heard.length >= 6);
      deepEqual(heard, ["a1", "b1", "c1", "a2", "b2", "c2"]);
    },
  },
  {
    name: "a notice arrives as it was",
    async run(open) {
      const bus = await open();
      const heard: Notice[] = [];
      await bus.subscribe("t", { hear: (one) => void heard.push(one) });
      const said = {
        method: "notifications/ü",
        params: { text: "\u0000\n😀", deep: [{ a: null }] },
      };
      await bus.publish("t", said);
      await until(() => heard.length > 0);
      deepEqual(heard, [said]);
    },
  },
  {
    name: "the same listener twice hears a notice once, and nothing after it has left",
    async run(open) {
      const bus = await open();
      const heard: string[] = [];
      const [leaves, stays] = [record(heard, "leaves"), record(heard, "stays")];
      await bus.subscribe("t", leaves);
      await bus.subscribe("t", leaves);
      await bus.subscribe("t", stays);
      await bus.publish("t", notice(1));
      await bus.unsubscribe("t", leaves);
      await bus.unsubscribe("t", leaves);
      await bus.unsubscribe("never", leaves);
      await bus.publish("t", notice(2));
      await until(() => heard.length >= 3);
      deepEqual(heard, ["leaves1", "stays1", "stays2"]);
    },
  },
  {
    name: "a topic that everybody left can be listened to again",
    async run(open) {
      const bus = await open();
      const heard: string[] = [];
      const listener = record(heard);
      for (let n = 0; n < 20; n += 1) {
        const subscribed = bus.subscribe("t", listener);
        const left = bus.unsubscribe("t", listener);
        await Promise.all([subscribed, left]);
      }
      await bus.subscribe("t", listener);
      await bus.publish("t", notice(1));
      await until(() => heard.length > 0);
      deepEqual(heard, ["1"]);
    },
  },
  {
    name: "a listener may leave while it is told",
    async run(open) {
      const bus = await open();
      const heard: string[] = [];
      const once: Listener = {
        hear() {
          heard.push("once");
          void bus.unsubscribe("t", once);
        },
      };
      await bus.subscribe("t", once);
      await bus.subscribe("t", record(heard));
      for (const n of [1, 2]) await bus.publish("t", notice(n));
      await until(() => heard.length >= 3);
      deepEqual(heard, ["once", "1", "2"]);
    },
  },
];
