import { testToolset } from "../../test/support/tool-tests.ts";
import { pullRequests } from "./pull-requests.ts";

testToolset(pullRequests);
