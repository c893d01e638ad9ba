import type { Predicate } from "./query.ts";

export interface FakePermission {
  readonly id: string;
  readonly type: "user" | "group" | "domain" | "anyone";
  readonly role: "owner" | "organizer" | "writer" | "commenter" | "reader";
  readonly emailAddress?: string;
  readonly domain?: string;
  readonly displayName?: string;
}

export interface FakeComment {
  readonly id: string;
  readonly author: { readonly displayName: string };
  readonly content: string;
  readonly createdTime: string;
  readonly resolved?: boolean;
  readonly quotedFileContent?: { readonly value: string };
  readonly replies: readonly {
    readonly author: { readonly displayName: string };
    readonly content: string;
    readonly createdTime: string;
  }[];
}

export interface FakeRevision {
  readonly id: string;
  readonly modifiedTime: string;
  readonly size: string;
  readonly lastModifyingUser: { readonly displayName: string };
}

/** A file of the fake, as Drive would hold it. */
export interface FakeFile {
  readonly id: string;
  name: string;
  mimeType: string;
  parents: string[];
  readonly owner: string;
  permissions: FakePermission[];
  trashed: boolean;
  starred: boolean;
  description: string | undefined;
  readonly createdTime: string;
  modifiedTime: string;
  version: number;
  /** Bytes of a file that is not one of Google's own. */
  content: Buffer | undefined;
  /** What one of Google's own is exported as, by type. */
  exports: Record<string, Buffer>;
  /** Values of a spreadsheet, by sheet. */
  readonly sheets: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly comments: FakeComment[];
  readonly revisions: FakeRevision[];
  readonly driveId: string | undefined;
  /** Without it others than the owner do not find the file. */
  readonly resourceKey: string | undefined;
  readonly shortcutTo: string | undefined;
  /** Made by the app that asks, which is all the scope drive.file opens. */
  readonly ownApp: boolean;
}

export type Seed = Partial<Omit<FakeFile, "content" | "exports">> & {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly exports?: Readonly<Record<string, string | Buffer>>;
};

const roles = ["reader", "commenter", "writer", "organizer", "owner"];

/** The files of a fake Drive and who may do what with them. */
export class FakeFiles {
  readonly drives: {
    readonly id: string;
    readonly name: string;
    readonly members: readonly string[];
  }[] = [];
  /** The ids of the files that were made or changed, in this order. */
  readonly changes: string[] = [];
  readonly #files = new Map<string, FakeFile>();
  #count = 0;

  add({ content, exports = {}, ...seed }: Seed): FakeFile {
    this.#count += 1;
    const owner = seed.owner ?? "ada@example.com";
    const time = toTime(this.#count);
    const id = seed.id ?? `file_${String(this.#count).padStart(4, "0")}`;
    const file: FakeFile = {
      mimeType: "text/plain",
      parents: [seed.driveId ?? "root"],
      permissions: [],
      trashed: false,
      starred: false,
      description: undefined,
      createdTime: time,
      modifiedTime: time,
      version: 1,
      sheets: {},
      comments: [],
      revisions: [],
      driveId: undefined,
      resourceKey: undefined,
      shortcutTo: undefined,
      ownApp: false,
      ...seed,
      id,
      owner,
      content: content === undefined ? undefined : Buffer.from(content),
      exports: Object.fromEntries(
        Object.entries(exports).map(([type, body]) => [type, Buffer.from(body)]),
      ),
    };
    file.revisions.push(toRevision(file));
    this.#files.set(id, file);
    this.changes.push(id);
    return file;
  }

  get(id: string): FakeFile | undefined {
    return this.#files.get(id);
  }

  list(matches: Predicate): readonly FakeFile[] {
    return [...this.#files.values()].filter((file) => matches({ ...file, text: toText(file) }));
  }

  /** A change of content or of what is known about a file. */
  touch(file: FakeFile): void {
    this.#count += 1;
    file.version += 1;
    this.changes.push(file.id);
    file.modifiedTime = toTime(this.#count);
    file.revisions.push(toRevision(file));
  }

  /** The role somebody has at a file, by itself or by where it lies. */
  roleOf(file: FakeFile, user: string): string | undefined {
    if (file.owner === user && file.driveId === undefined) return "owner";
    const drive = this.drives.find(({ id }) => id === file.driveId);
    if (drive?.members.includes(user)) return "organizer";
    return this.permissionsOf(file)
      .filter((grant) => reaches(grant, user))
      .map(({ role }) => role)
      .sort((a, b) => roles.indexOf(b) - roles.indexOf(a))[0];
  }

  permissionsOf(file: FakeFile): readonly FakePermission[] {
    const owner: FakePermission = {
      id: `owner-${file.owner}`,
      type: "user",
      role: "owner",
      emailAddress: file.owner,
    };
    const own = file.driveId === undefined ? [owner, ...file.permissions] : file.permissions;
    const above = file.parents.flatMap((id) => {
      const parent = this.#files.get(id);
      return parent === undefined ? [] : this.permissionsOf(parent);
    });
    return [...new Map([...above, ...own].map((grant) => [grant.id, grant])).values()];
  }
}

function reaches({ type, emailAddress, domain }: FakePermission, user: string): boolean {
  if (type === "anyone") return true;
  if (type === "domain") return user.endsWith(`@${domain}`);
  return emailAddress === user;
}

function toRevision({ version, modifiedTime, content, owner }: FakeFile): FakeRevision {
  const size = String(content?.length ?? 0);
  return { id: `rev-${version}`, modifiedTime, size, lastModifyingUser: { displayName: owner } };
}

function toText({ content, exports }: FakeFile): string {
  return [content, ...Object.values(exports)].map((body) => body?.toString("utf8") ?? "").join(" ");
}

function toTime(count: number): string {
  return new Date(Date.UTC(2026, 10, 1, 10, 0, count)).toISOString();
}
