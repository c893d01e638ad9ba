import { defineServer } from "@fairlead/runtime";
import packageFacts from "../package.json" with { type: "json" };
import { loud } from "./chatty-library.ts";
import { config } from "./config.ts";
import { createNotes } from "./notes.ts";
import { prompts } from "./prompts.ts";
import { resources, resourceTemplates } from "./resources.ts";
import { redPixel, silence } from "./samples.ts";
import { asking } from "./tools/asking.ts";
import { changes } from "./tools/changes.ts";
import { content } from "./tools/content.ts";
import { extra } from "./tools/extra.ts";
import { greetings } from "./tools/greetings.ts";
import { noteTools } from "./tools/notes.ts";
import { protocol } from "./tools/protocol.ts";
import { results } from "./tools/results.ts";
import { streams } from "./tools/streams.ts";
import { tasks } from "./tools/tasks.ts";
import { trouble } from "./tools/trouble.ts";
import { createWaits } from "./waits.ts";

export const server = defineServer({
  name: "everything",
  title: "Everything",
  package: packageFacts,
  instructions: "A server for tests. Its tools try out the protocol; none reaches the outside.",
  config,
  connect(config, { changed, signal }) {
    const notes = createNotes();
    notes.watch((change) => change === "names" && changed("resources"), signal);
    const samples = { redPixel, silence };
    return { context: { config, notes, waits: createWaits(), samples, loud, changed } };
  },
  changes: ["tools", "resources", "prompts"],
  toolsets: [
    ...[content, protocol, asking, streams, changes, results],
    ...[greetings, noteTools, trouble, tasks, extra],
  ],
  resources,
  resourceTemplates,
  prompts,
  skills: new URL("../skills/", import.meta.url),
});
