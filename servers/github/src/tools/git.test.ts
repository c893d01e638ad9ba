import { testToolset } from "../../test/support/tool-tests.ts";
import { git } from "./git.ts";

testToolset(git);
