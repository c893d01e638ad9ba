import { testToolset } from "../../test/support/tool-tests.ts";
import { issues } from "./issues.ts";

testToolset(issues);
