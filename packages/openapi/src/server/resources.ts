import { defineResourceTemplate, type ResourceTemplate, ToolError } from "@fairlead/runtime";
import type { ApiData } from "../data/data.ts";
import { toFacts } from "../data/facts.ts";
import type { ApiContext } from "./context.ts";
import { mostFiles } from "./files.ts";

/** The resources of an API's server: the files it answered with, where it may answer with any. */
export function toResourceTemplates(data: ApiData): ResourceTemplate<ApiContext>[] {
  if (!toFacts(data).answersFiles) return [];
  return [
    defineResourceTemplate<ApiContext>({
      uriTemplate: `${data.name}://files/{id}/{name}`,
      name: "file",
      title: "File from the API",
      description: `A file that a tool of ${data.title} returned as a link. The server keeps the last ${mostFiles}.`,
      read({ id = "" }, { files }) {
        if (files === undefined)
          throw new ToolError("This server keeps no files.", "Call the tool.");
        const { bytes, type } = files.get(id);
        return { body: bytes, mimeType: type };
      },
    }),
  ];
}
