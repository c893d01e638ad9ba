import { testToolset } from "../../test/support/tool-tests.ts";
import { repos } from "./repos.ts";

testToolset(repos);
