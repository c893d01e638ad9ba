import { tmpdir } from "node:os";
import { contract } from "@fairlead/runtime/testing";
import { test } from "vitest";
import { server } from "../src/index.ts";

// What the list of the reference server costs, with 14 tools.
const maxTokens = 3243;

contract({ server, root: new URL("../", import.meta.url), args: [tmpdir()], maxTokens }, test);
