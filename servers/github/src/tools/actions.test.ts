import { testToolset } from "../../test/support/tool-tests.ts";
import { actions } from "./actions.ts";

testToolset(actions);
