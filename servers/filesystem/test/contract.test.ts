import { tmpdir } from "node:os";
import { contract } from "@fairlead/runtime/testing";
import { test } from "vitest";
import { server } from "../src/index.ts";

const maxTokens = 4_400;

contract({ server, root: new URL("../", import.meta.url), args: [tmpdir()], maxTokens }, test);
