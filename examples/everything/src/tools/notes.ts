import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";

const name = z.string().min(1).max(64).describe("Name of the note, such as `shopping`.");
const text = z.string().describe("Text the note is to hold.");

const listNotes = defineTool({
  name: "list_notes",
  title: "List notes",
  description: "Returns the names of all notes.",
  effect: "read",
  input: z.object({}),
  output: z.object({ names: z.array(z.string()) }),
  run: (_, { notes }) => ({ names: notes.names() }),
});

const readNote = defineTool({
  name: "read_note",
  title: "Read a note",
  description: "Returns the text of one note. Call list_notes for the names.",
  effect: "read",
  input: z.object({ name }),
  output: z.string(),
  run: ({ name }, { notes }) => notes.read(name),
});

const addNote = defineTool({
  name: "add_note",
  title: "Add a note",
  description: "Writes a note under a name of its own and returns that name.",
  effect: "write",
  additive: true,
  input: z.object({ text }),
  output: z.object({ name: z.string() }),
  run({ text }, { notes }) {
    const name = `note-${notes.names().length + 1}`;
    notes.write(name, text);
    return { name };
  },
});

const writeNote = defineTool({
  name: "write_note",
  title: "Write a note",
  description: "Writes a note, over the one of that name if there is one.",
  effect: "write",
  idempotent: true,
  input: z.object({ name, text }),
  output: z.string(),
  run({ name, text }, { notes }) {
    notes.write(name, text);
    return `Wrote ${name}.`;
  },
});

const changeNote = defineTool({
  name: "change_note",
  title: "Append to or remove a note",
  description: "Appends to a note, which can be undone, or removes it, which cannot.",
  effect: {
    least: "write",
    most: "destroy",
    of: ({ action }) => (action === "remove" ? "destroy" : "write"),
  },
  input: z.object({
    name,
    action: z.enum(["append", "remove"]).describe("What to do with the note."),
    text: z.string().default("").describe("Text to add at the end; nothing by default."),
  }),
  output: z.string(),
  run({ name, action, text }, { notes }) {
    const found = notes.read(name);
    if (action === "remove") notes.remove(name);
    else notes.write(name, found + text);
    return action === "remove" ? `Removed ${name}.` : `Appended to ${name}.`;
  },
});

const deleteAllNotes = defineTool({
  name: "delete_all_notes",
  title: "Delete all notes",
  description: "Deletes every note for good and returns how many there were.",
  effect: "destroy",
  input: z.object({}),
  output: z.object({ deleted: z.int() }),
  run: (_, { notes }) => ({ deleted: notes.clear() }),
});

export const noteTools = defineToolset({
  name: "notes",
  title: "Notes",
  description: "Reading, writing and destroying, on notes kept in memory.",
  tools: [listNotes, readNote, addNote, writeNote, changeNote, deleteAllNotes],
});
