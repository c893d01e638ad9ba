import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createUrlGuard, type UrlGuard } from "@fairlead/guard";
import { markDigits } from "@fairlead/openapi";
import { createUpstream } from "@fairlead/upstream";
import { Problem } from "../problem.ts";
import { mentionsIdentifiers, settleIdentifiers } from "./identifiers.ts";
import { assertSize, type Limits, limits } from "./limits.ts";
import { readYaml, settleScalars } from "./scalars.ts";

const mostHops = 5;

export interface SourcesOptions {
  /** Hosts that references may lead to; none by default. */
  readonly allowRemoteRefs?: readonly string[];
  /** Decides about the addresses of those hosts; the public Internet by default. */
  readonly guard?: UrlGuard;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly limits?: Limits;
}

/** Who named an address: the person the first one, a document all others. */
type NamedBy = "person" | "document";

/**
 * Reads the files of one document. A file may refer to files in the folder of the first one and
 * below, and to hosts that are allowed by name; never to addresses inside a network.
 */
export class Sources {
  readonly #root: URL;
  readonly #options: SourcesOptions;
  readonly #limits: Limits;
  readonly #read = new Map<string, Promise<unknown>>();
  readonly #guard: UrlGuard;
  #values = 0;

  constructor(root: URL, options: SourcesOptions = {}) {
    this.#root = root;
    this.#options = options;
    this.#limits = options.limits ?? limits;
    this.#guard = options.guard ?? createUrlGuard();
  }

  get files(): number {
    return this.#read.size;
  }

  /** The parsed content of a file; the same for everyone who asks. */
  read(url: URL): Promise<unknown> {
    const key = url.href;
    let reading = this.#read.get(key);
    if (reading === undefined) {
      if (this.#read.size >= this.#limits.files) {
        throw new Problem(
          `The document refers to more than ${this.#limits.files} files.`,
          "Bundle them into fewer files.",
        );
      }
      reading = this.#load(url);
      this.#read.set(key, reading);
    }
    return reading;
  }

  async #load(url: URL): Promise<unknown> {
    const namedBy = url.href === this.#root.href ? "person" : "document";
    const text =
      url.protocol === "file:"
        ? await this.#readFile(url, namedBy)
        : await this.#fetch(url, namedBy);
    const value = parse(text, url);
    this.#values += assertSize(value, toShown(url), this.#limits);
    if (this.#values > this.#limits.values) {
      throw new Problem(
        "The files together have too many values.",
        "Bundle only the parts that are needed.",
      );
    }
    return mentionsIdentifiers(text) ? settleIdentifiers(value, url) : value;
  }

  async #readFile(url: URL, namedBy: NamedBy): Promise<string> {
    if (namedBy === "document" && this.#root.protocol !== "file:") {
      throw refused(url, "A document from the network may not refer to local files.");
    }
    const folder = await realpath(dirname(fileURLToPath(this.#root)));
    const path = await realpath(toPath(url)).catch((error: unknown) => {
      throw new Problem(`${toShown(url)} cannot be read.`, "Check the reference.", {
        cause: error,
      });
    });
    const inside = relative(folder, path);
    if (
      namedBy === "document" &&
      (inside === ".." || inside.startsWith(`..${sep}`) || resolve(inside) === inside)
    ) {
      throw refused(url, `References stay inside ${folder}; move the document or bundle it first.`);
    }
    const stats = await stat(path);
    if (!stats.isFile())
      throw new Problem(`${path} is not a file.`, "Give the path of the document itself.");
    this.#assertBytes(url, stats.size);
    return readFile(path, "utf8");
  }

  async #fetch(url: URL, namedBy: NamedBy, hops = 0): Promise<string> {
    if (!/^https?:$/.test(url.protocol)) throw refused(url, "Use a file, or http or https.");
    const { allowRemoteRefs = [], environment } = this.#options;
    if (namedBy === "document" && !allowRemoteRefs.includes(url.host)) {
      throw refused(url, `Use --allow-remote-refs ${url.host} to allow it.`);
    }
    const upstream = createUpstream({
      baseUrl: url.origin,
      maxBytes: this.#limits.fileBytes,
      guard: this.#guard,
      pinned: namedBy === "document",
      ...(environment && { environment }),
    });
    try {
      const response = await upstream.fetch(url, {
        redirect: namedBy === "person" ? "follow" : "manual",
      });
      const location = response.headers.get("location");
      if (
        namedBy === "document" &&
        response.status >= 300 &&
        response.status < 400 &&
        location !== null
      ) {
        return await this.#redirect(new URL(location, url), hops);
      }
      if (!response.ok) {
        throw new Problem(`${toShown(url)} answers ${response.status}.`, "Check the address.");
      }
      return await response.text();
    } finally {
      upstream.close();
    }
  }

  /** Where a redirect leads is referred to like everything else. */
  #redirect(url: URL, hops: number): Promise<string> {
    if (hops < mostHops) return this.#fetch(url, "document", hops + 1);
    throw new Problem(
      `${toShown(url)} is behind too many redirects.`,
      "Refer to the final address.",
    );
  }

  #assertBytes(url: URL, size: number): void {
    if (size <= this.#limits.fileBytes) return;
    throw new Problem(`${toShown(url)} has ${size} bytes, which is too many.`, "Split it.");
  }
}

/** The address of what a person named: a path or a URL. */
export function toUrl(spec: string, directory: string): URL {
  return /^https?:\/\//i.test(spec) ? new URL(spec) : pathToFileURL(resolve(directory, spec));
}

/** JSON where it begins like that, since that is many times faster; else YAML, of which JSON is part. */
function parse(text: string, url: URL): unknown {
  const content = text.replace(/^\uFEFF/, "");
  // Descriptions may stand in files of their own.
  if (/\.(?:md|markdown|txt)$/i.test(url.pathname)) return content;
  try {
    return /^\s*[{[]/.test(content) ? readJson(content) : readYaml(content);
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new Problem(`${toShown(url)} is neither JSON nor YAML: ${reason}`, "Correct it.", {
      cause: error,
    });
  }
}

function readJson(text: string): unknown {
  try {
    const exact = markDigits(text);
    const value: unknown = JSON.parse(exact);
    return exact === text ? value : settleScalars(value);
  } catch {
    // Flow style YAML begins like JSON.
    return readYaml(text);
  }
}

function refused(url: URL, hint: string): Problem {
  return new Problem(`Refused to read ${toShown(url)}, which the document refers to.`, hint);
}

/** The path of a file's address; some addresses name hosts, or hide slashes. */
function toPath(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw new Problem(`Refused to read ${url.href}.`, "Write the path as it is.", { cause: error });
  }
}

function toShown(url: URL): string {
  return url.protocol === "file:" ? toPath(url) : `${url.origin}${url.pathname}`;
}
