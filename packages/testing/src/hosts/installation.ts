// Installs every host and library for a run of main.ts to come, which can then begin at once. It needs
// nothing that is built. What cannot be installed, that run says.
import { claudeCode } from "./clients/claude-code.ts";
import { codex } from "./clients/codex.ts";
import { geminiCli } from "./clients/gemini-cli.ts";
import { opencode } from "./clients/opencode.ts";
import { install } from "./libraries/install.ts";
import { libraries } from "./libraries/libraries.ts";
import { installHost } from "./packages.ts";

for (const host of [claudeCode, codex, geminiCli, opencode]) await installHost(host);
for (const folder of [...libraries.map((library) => library.folder), "mcpjam"]) {
  await install(folder);
}
