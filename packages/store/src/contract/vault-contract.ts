import { equal } from "node:assert/strict";
import type { Vault } from "../vault.ts";
import type { Case } from "./case.ts";

type Open = () => Vault | Promise<Vault>;

/** What a Vault has to do. */
export const vaultCases: readonly Case<Open>[] = [
  {
    name: "a key has what was written last, and no other key has it",
    async run(open) {
      const vault = await open();
      await vault.set("user:ada https://id.example.com", "one");
      await vault.set("user:ada https://id.example.com", "two");
      await vault.set("user:ada https://id.example.com acme", "three");
      equal(await vault.get("user:ada https://id.example.com"), "two");
      equal(await vault.get("user:ada https://id.example.com acme"), "three");
      equal(await vault.get("user:ada"), undefined);
      // A name that every object has.
      equal(await vault.get("constructor"), undefined);
    },
  },
  {
    name: "what was deleted is gone, and deleting nothing is fine",
    async run(open) {
      const vault = await open();
      await vault.set("a", "1");
      await vault.set("b", "2");
      await vault.delete("a");
      await vault.delete("a");
      equal(await vault.get("a"), undefined);
      equal(await vault.get("b"), "2");
    },
  },
];
