import { contract } from "@fairlead/runtime/testing";
import { test } from "vitest";
import settings from "../openapi-to-mcp.config.json" with { type: "json" };
import { server } from "../src/index.ts";

// Who asks for a tool for each operation has decided what their list may cost.
const maxTokens = settings.mode === "tools" ? Number.POSITIVE_INFINITY : settings.maxTokens;

contract({ server, root: new URL("../", import.meta.url), maxTokens }, test);
