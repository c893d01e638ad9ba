import { contract } from "@fairlead/runtime/testing";
import { test } from "vitest";
import settings from "../openapi-to-mcp.config.json" with { type: "json" };
import { api } from "../src/generated/api.ts";
import { server } from "../src/index.ts";

// Who asks for a tool for each operation has decided what their list may cost.
const maxTokens = settings.mode === "tools" ? Number.POSITIVE_INFINITY : settings.maxTokens;

// Their schemas would be too long with every reference written out; generation-report.json tells.
const keepsReferences = api.groups
  .flatMap(({ operations }) => operations)
  .flatMap(({ name, references }) => (references === "keep" ? [name] : []));

const root = new URL("../", import.meta.url);
contract({ server, root, maxTokens, keepsReferences }, test);
