import { audio, embedded, image, link, type Reply, reply, text } from "../define/reply.ts";
import type { Answer } from "../upstream/operation/answers.ts";

/** What an API answered, as the content of a tool's answer. */
export function toReply(answer: Answer): Reply {
  switch (answer.kind) {
    case "text": {
      const notices = answer.notices.map((notice) => `\n[${notice}]`).join("");
      return reply(text(notices === "" ? answer.text : `${answer.text}\n${notices}`));
    }
    case "image":
      return reply(image(answer.bytes, answer.type));
    case "audio":
      return reply(audio(answer.bytes, answer.type));
    case "blob":
      return reply(embedded(answer.uri, answer.bytes, answer.type));
    case "link": {
      const { uri, name, size, type } = answer;
      return reply(link({ uri, name, size, mimeType: type }));
    }
  }
}
