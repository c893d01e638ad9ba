import { operations } from "@fairlead/runtime/testing";
import { test } from "vitest";
import api from "../src/generated/api.json" with { type: "json" };
import { server } from "../src/index.ts";

if (api.groups.length > 0) operations({ server, data: api }, test);
else test("the API has no operations", () => {});
