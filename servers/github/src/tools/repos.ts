import { defineToolset } from "@fairlead/runtime";
import { browseCode } from "./browse-code.ts";
import { changeCode } from "./change-code.ts";

export const repos = defineToolset({
  name: "repos",
  title: "Repositories",
  description: "Files, commits, branches and repositories: search, read, change.",
  openWorld: true,
  tools: [...browseCode, ...changeCode],
});
