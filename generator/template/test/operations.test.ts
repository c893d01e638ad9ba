import { toToolsets } from "@fairlead/openapi";
import { operations } from "@fairlead/openapi/testing";
import { test } from "vitest";
import { api } from "../src/generated/api.ts";
import { server } from "../src/index.ts";

// Without what src/custom/ puts around them: the document alone says what requests look like.
const bare = { ...server, toolsets: toToolsets(api) };

if (api.groups.length > 0) operations({ server: bare, data: api }, test);
else test("the API has no operations", () => {});
