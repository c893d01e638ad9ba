import { audio, image, link, type Part, type Reply, reply, text } from "@fairlead/runtime";
import type { Answer } from "../answer/answers.ts";
import type { AnswerFiles } from "./files.ts";

/**
 * What an API answered, as the content of a tool's answer. Hosts show texts, pictures and sounds; any
 * other file is a link: to a resource of this server, if it keeps files, else to the API itself.
 */
export function toReply(answer: Answer, files?: AnswerFiles): Reply {
  switch (answer.kind) {
    case "text": {
      const notices = toNotices(answer);
      return reply(text(notices === "" ? answer.text : `${answer.text}\n\n${notices}`));
    }
    case "image":
      return reply(image(answer.bytes, answer.type), ...toSaid(answer));
    case "audio":
      return reply(audio(answer.bytes, answer.type), ...toSaid(answer));
    case "blob": {
      const { uri, name, bytes, type } = answer;
      if (files === undefined) {
        return toApiLink({ uri, name, size: bytes.length, type, notices: answer.notices });
      }
      const description = `Read this resource to get the file, which ${uri} returned.`;
      const address = files.keep({ name, bytes, type });
      const kept = link({ uri: address, name, size: bytes.length, mimeType: type, description });
      return reply(kept, ...toSaid(answer));
    }
    case "link":
      return toApiLink(answer);
  }
}

/** The file is at the API, where the client may have no way in. */
function toApiLink(file: {
  readonly uri: string;
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly notices: readonly string[];
}): Reply {
  const { uri, name, size, type } = file;
  const description =
    "The API returned a file that cannot be shown here. Download it from this URL with the API's credentials.";
  return reply(link({ uri, name, size, mimeType: type, description }), ...toSaid(file));
}

/** What is said of an answer besides its content, in a text of its own. */
function toSaid(answer: Pick<Answer, "notices">): Part[] {
  const notices = toNotices(answer);
  return notices === "" ? [] : [text(notices)];
}

function toNotices({ notices }: Pick<Answer, "notices">): string {
  return notices.map((notice) => `[${notice}]`).join("\n");
}
