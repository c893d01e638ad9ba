import { embedded, image, text } from "@fairlead/runtime";
import { z } from "zod";
import { definePrompt } from "./context.ts";
import { redPixel } from "./samples.ts";

const cities: Readonly<Record<string, readonly string[]>> = {
  portugal: ["Braga", "Lisbon", "Porto"],
  test: ["testCity1", "testCity2"],
};

export const prompts = [
  definePrompt({
    name: "test_simple_prompt",
    title: "Simple prompt",
    description: "One message without arguments.",
    arguments: z.object({}),
    get: () => "This is a simple prompt for testing.",
  }),
  definePrompt({
    name: "test_prompt_with_arguments",
    title: "Prompt with arguments",
    description: "One message that repeats its two arguments.",
    arguments: z.object({
      arg1: z.string().describe("First test argument; a country completes."),
      arg2: z.string().describe("Second test argument; a city of that country completes."),
    }),
    get: ({ arg1, arg2 }) => `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`,
    complete: {
      arg1: (typed) => Object.keys(cities).filter((country) => country.startsWith(typed)),
      arg2: (typed, _, { arg1 = "" }) =>
        (cities[arg1] ?? []).filter((city) => city.startsWith(typed)),
    },
  }),
  definePrompt({
    name: "test_prompt_with_embedded_resource",
    title: "Prompt with a resource",
    description: "A resource inside the prompt, and what to do with it.",
    arguments: z.object({ resourceUri: z.string().describe("URI the resource goes by.") }),
    get: ({ resourceUri }) => [
      {
        role: "user",
        content: embedded(resourceUri, "Embedded resource content for testing.", "text/plain"),
      },
      { role: "user", content: text("Please process the embedded resource above.") },
    ],
  }),
  definePrompt({
    name: "test_prompt_with_image",
    title: "Prompt with a picture",
    description: "A picture inside the prompt, and what to do with it.",
    arguments: z.object({}),
    get: () => [
      { role: "user", content: image(redPixel, "image/png") },
      { role: "user", content: text("Please analyze the image above.") },
    ],
  }),
  definePrompt({
    name: "test_input_required_result_prompt",
    title: "Prompt that asks",
    description: "Asks the user what the prompt is about.",
    arguments: z.object({}),
    async get(_, { elicit }) {
      const form = z.object({ context: z.string() });
      const answer = await elicit(form, "What context should the prompt use?", "user_context");
      const about = answer.action === "accept" ? answer.content.context : "anything";
      return `Write about ${about}.`;
    },
  }),
  definePrompt({
    name: "summarize_note",
    title: "Summarize a note",
    description: "Asks for a summary of one note, in a style of choice.",
    arguments: z.object({
      name: z.string().describe("Name of the note, such as `shopping`."),
      style: z.string().optional().describe("How to write; briefly without it."),
    }),
    get: ({ name, style = "briefly" }, { notes }) => `Summarize ${style}:\n\n${notes.read(name)}`,
    complete: {
      name: (typed, { notes }) => notes.names().filter((name) => name.startsWith(typed)),
    },
  }),
];
