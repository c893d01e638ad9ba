import { defineToolset, ToolError } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";

// The names, questions and texts are those of the conformance suite.

const nothing = z.object({});
const fact = { effect: "read", input: nothing, output: z.string() } as const;
const person = z.object({ name: z.string() });
const agreement = z.object({ ok: z.boolean() });

const sampling = defineTool({
  ...fact,
  name: "test_sampling",
  title: "Ask the model",
  description: "Asks the client's model and returns what it says.",
  input: z.object({ prompt: z.string().describe("What the client's model is asked.") }),
  async run({ prompt }, { sample }) {
    const { text } = await sample({
      messages: [{ role: "user", content: prompt }],
      maxTokens: 100,
    });
    return `LLM response: ${text}`;
  },
});

const elicitation = defineTool({
  ...fact,
  name: "test_elicitation",
  title: "Ask for a name and an address",
  description: "Shows the user a form of two fields and returns what they filled in.",
  input: z.object({ message: z.string().describe("What the user is told above the form.") }),
  async run({ message }, { elicit }) {
    const form = z.object({
      username: z.string().describe("User's response"),
      email: z.string().describe("User's email address"),
    });
    return `User response: ${show(await elicit(form, message))}`;
  },
});

const defaults = defineTool({
  ...fact,
  name: "test_elicitation_sep1034_defaults",
  title: "Ask with defaults",
  description: "Shows the user a form in which everything is filled in already.",
  async run(_, { elicit }) {
    const form = z.object({
      name: z.string().default("John Doe"),
      age: z.int().default(30),
      score: z.number().default(95.5),
      status: z.enum(["active", "inactive", "pending"]).default("active"),
      verified: z.boolean().default(true),
    });
    return `Elicitation completed: ${show(await elicit(form, "Is this right?"))}`;
  },
});

const options = z.enum(["option1", "option2", "option3"]);

function choice(titles: Readonly<Record<string, string>>) {
  return z.union(Object.entries(titles).map(([value, title]) => z.literal(value).meta({ title })));
}

const enums = defineTool({
  ...fact,
  name: "test_elicitation_sep1330_enums",
  title: "Ask for choices",
  description:
    "Shows the user a form with every kind of choice: one or many, with titles or without.",
  async run(_, { elicit }) {
    const form = z.object({
      untitledSingle: options,
      titledSingle: choice({
        value1: "First Option",
        value2: "Second Option",
        value3: "Third Option",
      }),
      legacyEnum: z
        .enum(["opt1", "opt2", "opt3"])
        .meta({ enumNames: ["Option One", "Option Two", "Option Three"] }),
      untitledMulti: z.array(options),
      titledMulti: z.array(
        choice({ value1: "First Choice", value2: "Second Choice", value3: "Third Choice" }),
      ),
    });
    return `Elicitation completed: ${show(await elicit(form, "Choose."))}`;
  },
});

const asksName = defineTool({
  ...fact,
  name: "test_input_required_result_elicitation",
  title: "Ask for a name",
  description: "Asks the user for their name and greets them.",
  async run(_, { elicit }) {
    const answer = await elicit(person, "What is your name?", "user_name");
    return answer.action === "accept" ? `Hello, ${answer.content.name}!` : "Hello, stranger!";
  },
});

const asksModel = defineTool({
  ...fact,
  name: "test_input_required_result_sampling",
  title: "Ask the model for a capital",
  description: "Asks the client's model for the capital of France and returns its answer.",
  async run(_, { sample }) {
    const content = "What is the capital of France?";
    const request = { messages: [{ role: "user", content }], maxTokens: 100 } as const;
    return (await sample(request, "capital_question")).text;
  },
});

const asksRoots = defineTool({
  ...fact,
  name: "test_input_required_result_list_roots",
  title: "Ask for the roots",
  description: "Asks the client for its roots and returns their addresses.",
  async run(_, { roots }) {
    const found = await roots("client_roots");
    return `Roots: ${found.map(({ uri }) => uri).join(", ") || "none"}`;
  },
});

const keepsState = defineTool({
  ...fact,
  name: "test_input_required_result_request_state",
  title: "Keep something between rounds",
  description: "Does work once, asks, and returns what was kept in the state of the call.",
  async run(_, { elicit, once }) {
    const kept = await once("state", () => "state-ok");
    const { action } = await elicit(agreement, "Please confirm", "confirm");
    return `${kept}: ${action}`;
  },
});

const asksAll = defineTool({
  ...fact,
  name: "test_input_required_result_multiple_inputs",
  title: "Ask three things at once",
  description: "Asks the user, the client's model and for the roots in one round.",
  async run(_, { elicit, sample, roots }) {
    const content = "Generate a greeting";
    const request = { messages: [{ role: "user", content }], maxTokens: 50 } as const;
    const [who, greeting, folders] = await Promise.all([
      elicit(person, "What is your name?", "user_name"),
      sample(request, "greeting"),
      roots("client_roots"),
    ]);
    return `${greeting.text} ${show(who)} ${folders.length} roots`;
  },
});

const asksTwice = defineTool({
  ...fact,
  name: "test_input_required_result_multi_round",
  title: "Ask in two rounds",
  description: "Asks for a name, then for a color, and returns both.",
  async run(_, { elicit }) {
    const who = await elicit(person, "Step 1: What is your name?", "step1");
    const color = z.object({ color: z.string() });
    const likes = await elicit(color, "Step 2: What is your favorite color?", "step2");
    return `${show(who)} ${show(likes)}`;
  },
});

const guardsState = defineTool({
  ...fact,
  name: "test_input_required_result_tampered_state",
  title: "Ask with a sealed state",
  description: "Asks for an agreement; the state it leaves with the client cannot be changed.",
  async run(_, { elicit }) {
    return show(await elicit(agreement, "Please confirm", "confirm"));
  },
});

const asksWhatItCan = defineTool({
  ...fact,
  name: "test_input_required_result_capabilities",
  title: "Ask what the client can be asked",
  description: "Asks the client's model, or else the user, whichever the client declares.",
  async run(_, { can, elicit, sample }) {
    if (can("sampling")) {
      const request = {
        messages: [{ role: "user", content: "Say hello" }],
        maxTokens: 20,
      } as const;
      return (await sample(request)).text;
    }
    if (can("form")) return show(await elicit(person, "What is your name?"));
    throw new ToolError("This client can be asked nothing.", "Say hello to the user yourself.");
  },
});

export const asking = defineToolset({
  name: "asking",
  title: "Asking",
  description: "Forms, choices, the client's model and its roots, in one round or several.",
  tools: [
    ...[sampling, elicitation, defaults, enums],
    ...[asksName, asksModel, asksRoots, keepsState, asksAll, asksTwice, guardsState, asksWhatItCan],
  ],
});

function show(answer: { readonly action: string; readonly content?: unknown }): string {
  const { action, content } = answer;
  return `action=${action}, content=${JSON.stringify(content ?? {})}`;
}
