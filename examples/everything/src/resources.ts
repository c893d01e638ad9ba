import { defineResource, defineResourceTemplate } from "@fairlead/runtime";
import type { Context } from "./context.ts";
import { redPixel } from "./samples.ts";

export const resources = [
  defineResource<Context>({
    uri: "test://static-text",
    name: "static-text",
    title: "Static text",
    description: "One sentence that never changes.",
    mimeType: "text/plain",
    read: () => ({ body: "This is the content of the static text resource." }),
  }),
  defineResource<Context>({
    uri: "test://static-binary",
    name: "static-binary",
    title: "Static picture",
    description: "A picture of one red pixel.",
    mimeType: "image/png",
    size: redPixel.length,
    annotations: { audience: ["user"], priority: 0.2 },
    read: () => ({ body: redPixel }),
  }),
  defineResource<Context>({
    uri: "test://watched-resource",
    name: "watched-resource",
    title: "Watched text",
    description: "How many notes there are: a text that changes when the notes do.",
    mimeType: "text/plain",
    read: ({ notes }) => ({ body: `There are ${notes.names().length} notes.` }),
    watch: ({ notes }, { changed, signal }) => notes.watch(changed, signal),
  }),
];

export const resourceTemplates = [
  defineResourceTemplate<Context>({
    uriTemplate: "test://template/{id}/data",
    name: "template-data",
    title: "Data by id",
    description: "A JSON document that repeats the id in its address.",
    mimeType: "application/json",
    read: ({ id = "" }) => ({
      body: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
    }),
    complete: { id: (typed) => ["1", "12", "123", "42"].filter((id) => id.startsWith(typed)) },
  }),
  defineResourceTemplate<Context>({
    uriTemplate: "note://{+name}",
    name: "note",
    title: "Note by name",
    description: "The text of one note; the list names those there are.",
    mimeType: "text/plain",
    read: ({ name = "" }, { notes }) => ({ body: notes.read(name) }),
    watch: (_, { notes }, { changed, signal }) => notes.watch(changed, signal),
    list: ({ notes }) => notes.names().map((name) => ({ uri: `note://${name}`, name })),
    complete: {
      name: (typed, { notes }) => notes.names().filter((name) => name.startsWith(typed)),
    },
  }),
];
