import { contract } from "@fairlead/runtime/testing";
import { test } from "vitest";
import settings from "../openapi-to-mcp.config.json" with { type: "json" };
import { server } from "../src/index.ts";

const { maxTokens } = settings;
contract({ server, root: new URL("../", import.meta.url), maxTokens }, test);
