import { testToolset } from "../../test/support/tool-tests.ts";
import { users } from "./users.ts";

testToolset(users);
