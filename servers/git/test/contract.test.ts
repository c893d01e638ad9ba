import { tmpdir } from "node:os";
import { contract } from "@fairlead/runtime/testing";
import { test } from "vitest";
import { server } from "../src/index.ts";

contract(
  { server, root: new URL("../", import.meta.url), args: [tmpdir()], maxTokens: 3_900 },
  test,
);
