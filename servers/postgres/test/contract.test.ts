import { contract } from "@fairlead/runtime/testing";
import { test } from "vitest";
import { server } from "../src/index.ts";

const root = new URL("../", import.meta.url);

contract({ server, root, otherNames: ["search_path"], maxTokens: 2_600 }, test);
