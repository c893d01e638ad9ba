import { basename } from "node:path";
import {
  cleanPlainText,
  createPathGuard,
  type Excerpt,
  findImageType,
  markExcerpt,
  type Room,
  revealName,
  revealText,
  withFile,
} from "@fairlead/guard";
import type { Client } from "../api/client.ts";
import { toFileId } from "../api/ids.ts";
import { malformed, present, SlackError } from "../errors.ts";
import type { Channels } from "../read/channels.ts";
import type { Posting } from "./posting.ts";

/** Bytes of content one answer may carry, and one upload. */
const maxDownload = 2 * 1024 * 1024;
const maxUpload = 20 * 1024 * 1024;

export interface FileFacts {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly user: string;
  readonly created: string;
  readonly link: string;
}

export interface FileContent {
  readonly facts: FileFacts;
  /** The part of a text that was asked for and fits. */
  readonly text?: Excerpt;
  readonly picture?: { readonly data: Uint8Array; readonly type: string };
}

export interface GetOptions {
  /** Characters of a text to skip. */
  readonly offset: number;
  readonly room: Room;
  readonly signal: AbortSignal;
}

export interface UploadOptions {
  readonly channel: string;
  readonly content?: string | undefined;
  /** A file inside the directories the operator allows. */
  readonly path?: string | undefined;
  readonly filename?: string | undefined;
  readonly title?: string | undefined;
  readonly comment?: string | undefined;
  readonly thread?: string | undefined;
  readonly signal: AbortSignal;
}

export interface FilesOptions {
  readonly client: Client;
  readonly channels: Channels;
  readonly posting: Posting;
  /** Where Slack keeps files: nothing is fetched from or sent to another place. */
  readonly origin: string;
  readonly uploadDirs: readonly string[];
}

/** Reads the files of channels that may be read, and uploads what may leave this machine. */
export class Files {
  readonly #options: FilesOptions;

  constructor(options: FilesOptions) {
    this.#options = options;
  }

  /** What a file is and, for text and pictures of a sensible size, its content. */
  async get(id: string, { offset, room, signal }: GetOptions): Promise<FileContent> {
    const { client, channels } = this.#options;
    const fileId = toFileId(id);
    const { file } = await client.ask(signal, (api) => api.files.info({ file: fileId }));
    const raw = present(file);
    const shared = [...(raw.channels ?? []), ...(raw.groups ?? []), ...(raw.ims ?? [])];
    if (!(await channels.admitsOneOf(shared, signal))) {
      throw new SlackError(
        `The file ${fileId} is not in a channel that this server may read.`,
        "The person who runs it can name the channel in SLACK_CHANNEL_IDS, or open private ones with --allow-private.",
      );
    }
    const { mimetype = "application/octet-stream", size = 0 } = raw;
    const facts: FileFacts = {
      id: fileId,
      name: revealName((raw.name ?? "").trim()),
      type: mimetype,
      size,
      user: raw.user ?? "",
      created: new Date((raw.created ?? 0) * 1_000).toISOString(),
      link: raw.permalink ?? "",
    };
    const address = raw.url_private_download ?? raw.url_private;
    const kind = toKind(mimetype, raw.mode);
    if (kind === undefined || size > maxDownload || address === undefined) return { facts };
    const data = await this.#download(address, mimetype, signal);
    if (kind === "picture") {
      const type = findImageType(data);
      return type === undefined ? { facts } : { facts, picture: { data, type } };
    }
    const body = revealText(new TextDecoder().decode(data));
    return { facts, text: markExcerpt(body, { source: `Slack file ${facts.name}`, offset, room }) };
  }

  /** Uploads text or a file from an allowed directory, and shares it in one channel. */
  async upload(options: UploadOptions): Promise<{ id: string; name: string; channel: string }> {
    const { client, channels, posting } = this.#options;
    const { signal, title, thread, comment } = options;
    const place = await channels.forWriting(options.channel, signal);
    const { name, data } = await this.#readSource(options);
    const at = await posting.findThread(place, thread, signal);
    const note = comment && posting.compose({ text: comment }, "unflagged").text;
    const slot = await client.ask(signal, (api) =>
      api.files.getUploadURLExternal({ filename: name, length: data.length }),
    );
    const id = present(slot.file_id);
    await this.#send(present(slot.upload_url), data, signal);
    const shared = {
      files: [{ id, title: title ?? name }] satisfies [{ id: string; title: string }],
      channel_id: place.id,
      ...(note !== undefined && { initial_comment: note }),
    };
    await client.ask(signal, (api) =>
      api.files.completeUploadExternal(at === undefined ? shared : { ...shared, thread_ts: at }),
    );
    return { id, name, channel: place.id };
  }

  async #readSource({ content, path, filename }: UploadOptions) {
    if ((content === undefined) === (path === undefined)) {
      throw new SlackError("Give either content or path.", "One of the two says what to upload.");
    }
    if (content !== undefined) {
      return { name: toFileName(filename ?? "file.txt"), data: new TextEncoder().encode(content) };
    }
    const given = present(path);
    const directories = this.#options.uploadDirs;
    if (directories.length === 0) {
      throw new SlackError(
        "No directory is open for uploads.",
        "Give the text as content, or ask the person who runs this server for --upload-dirs.",
      );
    }
    const guard = await createPathGuard({ directories });
    return withFile(guard, given, async ({ handle, path: real, stats }) => {
      if (stats.size > maxUpload) {
        throw new SlackError(
          `'${given}' has ${stats.size} bytes.`,
          `Upload a file of at most ${maxUpload} bytes.`,
        );
      }
      const data = new Uint8Array(await handle.readFile());
      return { name: toFileName(filename ?? basename(real)), data };
    });
  }

  async #send(address: string, data: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    // The address is its own permission: the token stays here.
    const headers = { "content-type": "application/octet-stream" };
    const url = this.#toOwn(address);
    const post = this.#options.client.raw(signal);
    const response = await post(url, { method: "POST", headers, body: data });
    await response.body?.cancel();
    if (!response.ok) {
      throw new SlackError(
        `Slack did not take the file (HTTP ${response.status}).`,
        "Try again; if that fails, upload something smaller.",
      );
    }
  }

  async #download(address: string, type: string, signal: AbortSignal): Promise<Uint8Array> {
    const { client } = this.#options;
    const headers = { authorization: `Bearer ${await client.token()}` };
    const response = await client.raw(signal)(this.#toOwn(address), { headers });
    const got = response.headers.get("content-type") ?? "";
    // A token that may not read files is sent to a page to log in.
    if (response.ok && (type === "text/html" || !got.startsWith("text/html"))) {
      return new Uint8Array(await response.arrayBuffer());
    }
    await response.body?.cancel();
    throw new SlackError(
      "Slack did not return the content of the file.",
      "The token may lack files:read, or the file is gone.",
    );
  }

  /** An address Slack gave, if it is one of its own. */
  #toOwn(address: string): URL {
    const url = URL.parse(address);
    if (url === null) throw malformed("The file's address");
    if (url.origin === this.#options.origin && url.username === "") return url;
    throw new SlackError(
      `The file is kept at ${url.origin}, not at ${this.#options.origin}.`,
      "This server fetches no files from other hosts. Open the link in a browser.",
    );
  }
}

function toKind(type: string, mode: string | undefined): "text" | "picture" | undefined {
  if (["image/png", "image/jpeg", "image/gif", "image/webp"].includes(type)) return "picture";
  if (type.startsWith("text/") || mode === "snippet") return "text";
  return /^application\/(?:json|xml|yaml|x-yaml|javascript|sql|toml)$/.test(type)
    ? "text"
    : undefined;
}

function toFileName(name: string): string {
  return basename(cleanPlainText(name).replaceAll("\\", "/")).slice(0, 200) || "file";
}
