import { audio, embedded, image, link, type Reply, reply, text } from "../define/reply.ts";
import type { Answer } from "../upstream/operation/answers.ts";

/** What an API answered, as the content of a tool's answer. */
export function toReply(answer: Answer): Reply<undefined> {
  switch (answer.kind) {
    case "text": {
      const notices = answer.notices.map((notice) => `\n[${notice}]`).join("");
      return reply(undefined, text(notices === "" ? answer.text : `${answer.text}\n${notices}`));
    }
    case "image":
      return reply(undefined, image(answer.bytes, answer.type));
    case "audio":
      return reply(undefined, audio(answer.bytes, answer.type));
    case "blob":
      return reply(undefined, embedded(answer.uri, answer.bytes, answer.type));
    case "link": {
      const { uri, name, size, type } = answer;
      return reply(undefined, link({ uri, name, size, mimeType: type }));
    }
  }
}
