import { contract } from "@fairlead/runtime/testing";
import { test } from "vitest";
import { server } from "../src/index.ts";

contract({ server, root: new URL("../", import.meta.url), maxTokens: 3_900 }, test);
