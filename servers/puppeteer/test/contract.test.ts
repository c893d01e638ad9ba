import { contract } from "@fairlead/runtime/testing";
import { test } from "vitest";
import { server } from "../src/index.ts";

// @playwright/mcp 0.0.83 asks about 5,000 for its default list.
const maxTokens = 5_200;

contract({ server, root: new URL("../", import.meta.url), maxTokens }, test);
