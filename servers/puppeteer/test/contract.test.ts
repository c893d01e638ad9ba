import { contract } from "@fairlead/runtime/testing";
import { test } from "vitest";
import { server } from "../src/index.ts";

// Four fifths of what @playwright/mcp 0.0.83 asks for its default list.
const maxTokens = 4_000;

contract({ server, root: new URL("../", import.meta.url), maxTokens }, test);
