import type { Upload } from "../multipart.ts";
import { type Answer, notFound, refuse, toResource } from "./answers.ts";
import type { FakeFile, FakeFiles } from "./files.ts";
import { compileQuery } from "./query.ts";

/** One request to the fake, by somebody who may ask. */
export interface Asked {
  readonly files: FakeFiles;
  readonly user: string;
  readonly scopes: readonly string[];
  readonly query: URLSearchParams;
  readonly params: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly upload: Upload;
}

type Operate = (asked: Asked) => Answer;

const google = "application/vnd.google-apps.";
const exportLimit = 10 * 1024 * 1024;

function ok(body: unknown): Answer {
  return { status: 200, body };
}

/** The file of a request, where anyone who asks may see it and has said that shared drives count. */
function find(asked: Asked, id = asked.params["fileId"] ?? ""): FakeFile | undefined {
  const file = asked.files.get(id);
  if (file === undefined || asked.files.roleOf(file, asked.user) === undefined) return undefined;
  if (file.driveId !== undefined && !mayLeaveMyDrive(asked)) return undefined;
  if (file.resourceKey === undefined || file.owner === asked.user) return file;
  const keys = String(asked.headers["x-goog-drive-resource-keys"] ?? "").split(",");
  return keys.includes(`${file.id}/${file.resourceKey}`) ? file : undefined;
}

/** Methods without the parameter work everywhere. */
function mayLeaveMyDrive({ query, params }: Asked): boolean {
  return params["everywhere"] === "true" || query.get("supportsAllDrives") === "true";
}

function onFile(work: (file: FakeFile, asked: Asked) => Answer): Operate {
  return (asked) => {
    const file = find(asked);
    return file === undefined ? notFound(asked.params["fileId"] ?? "") : work(file, asked);
  };
}

function onOwnFile(work: (file: FakeFile, asked: Asked) => Answer): Operate {
  return onFile((file, asked) => {
    const role = asked.files.roleOf(file, asked.user) ?? "";
    if (!["owner", "organizer", "writer"].includes(role)) {
      const message = "The user does not have sufficient permissions for this file.";
      return refuse(403, "insufficientFilePermissions", message);
    }
    if (!asked.scopes.includes("drive") && !file.ownApp) {
      const message = `The user has not granted the app write access to the file ${file.id}.`;
      return refuse(403, "appNotAuthorizedToFile", message);
    }
    return work(file, asked);
  });
}

/** A page of a list, by an opaque token that says where it begins. */
function page<T>(items: readonly T[], { query }: Asked, key: string, usual: number) {
  const start = Number(/^page_(\d+)$/.exec(query.get("pageToken") ?? "page_0")?.[1] ?? Number.NaN);
  if (Number.isNaN(start)) return refuse(400, "invalid", "Invalid Value: pageToken");
  const end = start + Number(query.get("pageSize") ?? usual);
  const next = end < items.length ? { nextPageToken: `page_${end}` } : {};
  return ok({ [key]: items.slice(start, end), ...next });
}

function listFiles(asked: Asked): Answer {
  const { files, query, user } = asked;
  const q = query.get("q") ?? "";
  if (query.has("orderBy") && q.includes("fullText")) {
    const message =
      "Sorting is not supported for queries with fullText terms. Results are always in descending relevance order.";
    return refuse(403, "forbidden", message);
  }
  const everywhere =
    query.get("includeItemsFromAllDrives") === "true" && query.get("supportsAllDrives") === "true";
  try {
    const found = files
      .list(q === "" ? () => true : compileQuery(q))
      .filter((file) => files.roleOf(file, user) !== undefined)
      .filter(({ driveId }) => driveId === undefined || everywhere)
      .filter(({ driveId }) => !query.has("driveId") || driveId === query.get("driveId"));
    const sorted = found.toSorted(toOrder(query.get("orderBy") ?? ""));
    const resources = sorted.map((file) => toResource(file, files, user));
    return page(resources, asked, "files", 100);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse(400, "invalid", "Invalid Value");
  }
}

/** What came after a token, of files that the caller may see. */
function listChanges(asked: Asked): Answer {
  const { files, query, user } = asked;
  const start = Number(query.get("pageToken") ?? Number.NaN);
  if (!(start >= 0)) return refuse(400, "invalid", "Invalid Value: pageToken");
  const end = Math.min(start + Number(query.get("pageSize") ?? 100), files.changes.length);
  const changes = files.changes.slice(start, end).flatMap((fileId) => {
    const file = files.get(fileId);
    const seen = file !== undefined && files.roleOf(file, user) !== undefined;
    return seen ? [{ changeType: "file", fileId, removed: false }] : [];
  });
  const next = end < files.changes.length ? "nextPageToken" : "newStartPageToken";
  return ok({ changes, [next]: `${end}` });
}

function toOrder(orderBy: string): (a: FakeFile, b: FakeFile) => number {
  const isFile = ({ mimeType }: FakeFile) => (mimeType === `${google}folder` ? 0 : 1);
  if (orderBy === "folder,name") {
    return (a, b) => isFile(a) - isFile(b) || a.name.localeCompare(b.name, "en");
  }
  if (orderBy === "name") return (a, b) => a.name.localeCompare(b.name, "en");
  return (a, b) => b.modifiedTime.localeCompare(a.modifiedTime);
}

const getFile = onFile((file, { query, files, user, headers }) => {
  if (query.get("alt") !== "media") return ok(toResource(file, files, user));
  if (file.content === undefined) {
    const message =
      "Only files with binary content can be downloaded. Use Export with Docs Editors files.";
    return refuse(403, "fileNotDownloadable", message);
  }
  return toPart(file.content, file.mimeType, String(headers["range"] ?? ""));
});

/** The part of a file that a Range header asks for (RFC 9110 14.2). */
function toPart(content: Buffer, type: string, range: string): Answer {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
  if (first === undefined) return { status: 200, bytes: content, type };
  const bytes = content.subarray(Number(first), Number(last) + 1);
  if (bytes.length === 0) return refuse(416, "requestedRangeNotSatisfiable", "Request range");
  const end = Number(first) + bytes.length - 1;
  const headers = { "content-range": `bytes ${first}-${end}/${content.length}` };
  return { status: 206, bytes, type, headers };
}

const exportFile = onFile((file, { query }) => {
  if (!file.mimeType.startsWith(google)) {
    return refuse(403, "fileNotExportable", "Export only supports Docs Editors files.");
  }
  const type = query.get("mimeType") ?? "";
  const bytes = file.exports[type];
  if (bytes === undefined) {
    return refuse(400, "badRequest", "The requested conversion is not supported.");
  }
  if (bytes.length > exportLimit) {
    return refuse(403, "exportSizeLimitExceeded", "This file is too large to be exported.");
  }
  return { status: 200, bytes, type };
});

function readString(metadata: unknown, key: string): string | undefined {
  const value: unknown = Object(metadata)[key];
  return typeof value === "string" ? value : undefined;
}

/** Content as the kind of file it becomes: one of Google's own is exported as what it was made of. */
function toBody(mimeType: string, { media }: Upload) {
  if (media === undefined) return {};
  if (!mimeType.startsWith(google)) return { content: media.body };
  const type = mimeType === `${google}document` ? "text/markdown" : media.type;
  return { exports: { [type]: media.body } };
}

function createFile(asked: Asked): Answer {
  const { metadata, media } = asked.upload;
  const parents = Object(metadata).parents;
  const parent = Array.isArray(parents) ? String(parents[0]) : "root";
  const folder = parent === "root" ? undefined : find(asked, parent);
  if (parent !== "root" && folder === undefined) return notFound(parent);
  const mimeType = readString(metadata, "mimeType") ?? media?.type ?? "application/octet-stream";
  const file = asked.files.add({
    name: readString(metadata, "name") ?? "Untitled",
    mimeType,
    parents: [parent],
    owner: asked.user,
    driveId: folder?.driveId,
    ownApp: true,
    ...toBody(mimeType, asked.upload),
  });
  return ok(toResource(file, asked.files, asked.user));
}

const updateFile = onOwnFile((file, asked) => {
  const { metadata, media } = asked.upload;
  file.name = readString(metadata, "name") ?? file.name;
  file.description = readString(metadata, "description") ?? file.description;
  for (const key of ["starred", "trashed"] as const) {
    const value: unknown = Object(metadata)[key];
    if (typeof value === "boolean") file[key] = value;
  }
  if (media !== undefined) {
    const body = toBody(file.mimeType, asked.upload);
    file.content = body.content ?? file.content;
    file.exports = body.exports ?? file.exports;
  }
  const added = asked.query.get("addParents");
  if (added !== null && find(asked, added) === undefined) return notFound(added);
  const removed = (asked.query.get("removeParents") ?? "").split(",");
  const kept = file.parents.filter((id) => !removed.includes(id));
  file.parents = added === null ? kept : [...kept, added];
  asked.files.touch(file);
  return ok(toResource(file, asked.files, asked.user));
});

const copyFile = onFile((file, asked) => {
  const parents: unknown = Object(asked.upload.metadata).parents;
  const copy = asked.files.add({
    ...file,
    id: `copy_of_${file.id}`,
    name: readString(asked.upload.metadata, "name") ?? `Copy of ${file.name}`,
    parents: Array.isArray(parents) ? parents.map(String) : file.parents,
    owner: asked.user,
    permissions: [],
    comments: [],
    revisions: [],
    ownApp: true,
    ...(file.content === undefined ? { content: "" } : { content: file.content }),
  });
  if (file.content === undefined) copy.content = undefined;
  return ok(toResource(copy, asked.files, asked.user));
});

const listPermissions = onFile((file, asked) =>
  page(asked.files.permissionsOf(file), asked, "permissions", 100),
);

const createPermission = onOwnFile((file, { upload, files }) => {
  const { type, role, emailAddress, domain } = Object(upload.metadata);
  file.permissions.push({
    id: `grant-${file.permissions.length + 1}`,
    type,
    role,
    ...(emailAddress !== undefined && { emailAddress }),
    ...(domain !== undefined && { domain }),
  });
  files.touch(file);
  return ok({ kind: "drive#permission", ...file.permissions.at(-1) });
});

const listComments = onFile((file, asked) => page(file.comments, asked, "comments", 20));

const createComment = onFile((file, { upload, user }) => {
  const quote = readString(Object(upload.metadata).quotedFileContent, "value");
  const comment = {
    id: `comment-${file.comments.length + 1}`,
    author: { displayName: user },
    content: readString(upload.metadata, "content") ?? "",
    createdTime: "2026-11-02T10:00:00.000Z",
    ...(quote !== undefined && { quotedFileContent: { value: quote } }),
    replies: [],
  };
  file.comments.push(comment);
  return ok(comment);
});

const listRevisions = onFile((file, asked) => page(file.revisions, asked, "revisions", 200));

function listDrives(asked: Asked): Answer {
  const mine = asked.files.drives.filter(({ members }) => members.includes(asked.user));
  const drives = mine.map(({ id, name }) => ({ kind: "drive#drive", id, name }));
  return page(drives, asked, "drives", 10);
}

function getAbout({ user }: Asked): Answer {
  return ok({
    kind: "drive#about",
    user: { kind: "drive#user", displayName: user, emailAddress: user, me: true },
    storageQuota: {
      limit: "16106127360",
      usage: "4096",
      usageInDrive: "2048",
      usageInDriveTrash: "0",
    },
  });
}

/** Methods that know no supportsAllDrives reach shared drives without it. */
function everywhere(operate: Operate): Operate {
  return (asked) => operate({ ...asked, params: { ...asked.params, everywhere: "true" } });
}

/** What the fake can do, by the name Google's description gives it. */
export const operations: Readonly<Record<string, Operate>> = {
  "about.get": getAbout,
  "changes.getStartPageToken": ({ files }) => ok({ startPageToken: `${files.changes.length}` }),
  "changes.list": listChanges,
  "files.list": listFiles,
  "files.get": getFile,
  "files.create": createFile,
  "files.update": updateFile,
  "files.copy": copyFile,
  "files.export": everywhere(exportFile),
  "permissions.list": listPermissions,
  "permissions.create": createPermission,
  "drives.list": listDrives,
  "comments.list": everywhere(listComments),
  "comments.create": everywhere(createComment),
  "revisions.list": everywhere(listRevisions),
  "spreadsheets.get": everywhere((asked) => {
    const file = find(asked, asked.params["spreadsheetId"]);
    if (file === undefined) return refuse(404, "notFound", "Requested entity was not found.");
    const sheets = Object.keys(file.sheets).map((title, index) => ({
      properties: { title, index },
    }));
    return ok({ spreadsheetId: file.id, sheets });
  }),
  "spreadsheets.values.get": everywhere((asked) => {
    const file = find(asked, asked.params["spreadsheetId"]);
    if (file === undefined) return refuse(404, "notFound", "Requested entity was not found.");
    return readRange(file, asked.params["range"] ?? "");
  }),
};

/** The values of `'Sheet'!A1:B2`, of a sheet alone or of a range on the first sheet. */
function readRange(file: FakeFile, given: string): Answer {
  const [, quoted, cells = ""] = /^(?:'((?:''|[^'])*)'(?:!|$))?(.*)$/.exec(given) ?? [];
  const title = quoted?.replaceAll("''", "'") ?? Object.keys(file.sheets)[0] ?? "";
  const rows = file.sheets[title];
  const found = cells === "" ? [] : /^([A-Z])(\d+)(?::([A-Z])(\d+))?$/.exec(cells);
  if (rows === undefined || found === null) {
    return refuse(400, "badRequest", `Unable to parse range: ${given}`);
  }
  const [, left, top, right = left, bottom = top] = found;
  const column = (letter: string | undefined) => (letter ?? "A").charCodeAt(0) - 65;
  const shown =
    top === undefined
      ? rows
      : rows
          .slice(Number(top) - 1, Number(bottom))
          .map((row) => row.slice(column(left), column(right) + 1));
  return ok({ range: given, majorDimension: "ROWS", values: shown });
}
