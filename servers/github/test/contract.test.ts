import { contract } from "@fairlead/runtime/testing";
import { test } from "vitest";
import { server } from "../src/index.ts";

contract({ server, root: new URL("../", import.meta.url), maxTokens: 6_500 }, test);
