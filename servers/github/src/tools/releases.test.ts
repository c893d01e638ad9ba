import { testToolset } from "../../test/support/tool-tests.ts";
import { releases } from "./releases.ts";

testToolset(releases);
