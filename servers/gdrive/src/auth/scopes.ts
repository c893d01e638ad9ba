const prefix = "https://www.googleapis.com/auth/";

const everything = ["drive", "drive.readonly", "drive.file"];
const content = ["drive", "drive.readonly", "drive.file"];
const metadata = [...everything, "drive.metadata", "drive.metadata.readonly"];
const change = ["drive", "drive.file"];

/** The scopes each tool works with, any one of them, by Drive's own description. */
export const toolScopes: Readonly<Record<string, readonly string[]>> = {
  search: metadata,
  list_recent_files: metadata,
  list_folder: metadata,
  get_file_metadata: metadata,
  get_file_permissions: metadata,
  list_revisions: metadata,
  get_about: metadata,
  list_shared_drives: ["drive", "drive.readonly"],
  read_file_content: content,
  download_file_content: content,
  list_comments: content,
  create_file: change,
  update_file_content: change,
  update_file_metadata: [...change, "drive.metadata"],
  move_file: [...change, "drive.metadata"],
  copy_file: change,
  create_folder: change,
  trash_file: [...change, "drive.metadata"],
  share_file: change,
  add_comment: change,
};

export interface Wishes {
  readonly allowWrite: boolean;
  readonly fullAccess: boolean;
}

/** The least that is asked for: reading everything, and changing no more than was allowed. */
export function toScopes({ allowWrite, fullAccess }: Wishes): string[] {
  if (!allowWrite) return [`${prefix}drive.readonly`];
  if (fullAccess) return [`${prefix}drive`];
  return [`${prefix}drive.readonly`, `${prefix}drive.file`];
}

/** The tools an account cannot use that was signed in for these scopes; none where nobody knows. */
export function findUnusable(scopes: readonly string[] | undefined): ReadonlyMap<string, string> {
  const unusable = new Map<string, string>();
  if (scopes === undefined) return unusable;
  const granted = scopes.map((scope) => scope.replace(prefix, ""));
  for (const [tool, any] of Object.entries(toolScopes)) {
    if (any.some((scope) => granted.includes(scope))) continue;
    unusable.set(tool, `The account was not signed in for ${any.join(" or ")}.`);
  }
  return unusable;
}
