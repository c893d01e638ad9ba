import { audio, defineToolset, embedded, image, link, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";

const nothing = z.object({});

const simpleText = defineTool({
  name: "test_simple_text",
  title: "Simple text",
  description: "Returns one sentence of text.",
  effect: "read",
  input: nothing,
  output: z.string(),
  run: () => "This is a simple text response for testing.",
});

const imageContent = defineTool({
  name: "test_image_content",
  title: "Image",
  description: "Returns a picture of one red pixel.",
  effect: "read",
  input: nothing,
  output: z.void(),
  run: (_, { samples }) => reply(image(samples.redPixel, "image/png")),
});

const audioContent = defineTool({
  name: "test_audio_content",
  title: "Audio",
  description: "Returns ten milliseconds of silence as a WAV file.",
  effect: "read",
  input: nothing,
  output: z.void(),
  run: (_, { samples }) => reply(audio(samples.silence, "audio/wav")),
});

const embeddedResource = defineTool({
  name: "test_embedded_resource",
  title: "Embedded resource",
  description: "Returns the content of a resource inside the answer.",
  effect: "read",
  input: nothing,
  output: z.void(),
  run: () =>
    reply(
      embedded("test://embedded-resource", "This is an embedded resource content.", "text/plain"),
    ),
});

const multipleContentTypes = defineTool({
  name: "test_multiple_content_types",
  title: "Several kinds of content",
  description: "Returns a text, a picture and an embedded resource in one answer.",
  effect: "read",
  input: nothing,
  output: z.void(),
  run: (_, { samples }) =>
    reply(
      text("Multiple content types test:"),
      image(samples.redPixel, "image/png"),
      embedded(
        "test://mixed-content-resource",
        JSON.stringify({ test: "data", value: 123 }),
        "application/json",
      ),
    ),
});

const resourceLink = defineTool({
  name: "get_resource_link",
  title: "Link to a resource",
  description: "Returns a link to the server's picture instead of its bytes.",
  effect: "read",
  input: nothing,
  output: z.void(),
  run: (_, { samples }) =>
    reply(
      text("The picture is a resource of this server.", { audience: ["assistant"], priority: 0.5 }),
      link({
        uri: "test://static-binary",
        name: "static-binary",
        mimeType: "image/png",
        size: samples.redPixel.length,
      }),
    ),
});

export const content = defineToolset({
  name: "content",
  title: "Content",
  description: "One tool for each kind of content an answer can hold.",
  tools: [
    simpleText,
    imageContent,
    audioContent,
    embeddedResource,
    multipleContentTypes,
    resourceLink,
  ],
});
