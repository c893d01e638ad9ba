// Which feature of the protocol is answered at which revision: the features test probes each of them
// at each revision, and docs/protocol-support.md is rendered from it.

/** Every revision the runtime answers, oldest first. */
export const revisions = [
  "2024-11-05",
  "2025-03-26",
  "2025-06-18",
  "2025-11-25",
  "2026-07-28",
] as const;

export type Revision = (typeof revisions)[number];

/** The revision without a handshake. */
export const stateless: Revision = "2026-07-28";

interface Feature {
  readonly title: string;
  /** Its methods and fields, in Markdown. */
  readonly what: string;
  /** The first revision that has it, or at which the runtime answers it. */
  readonly since: Revision;
  /** The last revision that has it; every one from `since` on without it. */
  readonly until?: Revision;
  /** Whether the runtime has it. */
  readonly built: boolean;
}

const always = { since: "2024-11-05", built: true } as const;

export const features = {
  handshake: { title: "Handshake", what: "`initialize`, `ping`", ...always, until: "2025-11-25" },
  discovery: { title: "Discovery", what: "`server/discover`", since: "2026-07-28", built: true },
  batches: {
    title: "Batches",
    what: "several messages in one JSON array",
    since: "2025-03-26",
    until: "2025-03-26",
    built: true,
  },
  tools: { title: "Tools", what: "`tools/list`, `tools/call`", ...always },
  audio: { title: "Sound in answers", what: "`audio` content", since: "2025-03-26", built: true },
  links: {
    title: "Links in answers",
    what: "`resource_link` content",
    since: "2025-06-18",
    built: true,
  },
  resources: { title: "Resources", what: "`resources/list`, `resources/read`", ...always },
  templates: { title: "Resource templates", what: "`resources/templates/list`", ...always },
  prompts: { title: "Prompts", what: "`prompts/list`, `prompts/get`", ...always },
  completion: { title: "Completion", what: "`completion/complete`", ...always },
  progress: { title: "Progress", what: "`notifications/progress`", ...always },
  cancellation: { title: "Cancellation", what: "`notifications/cancelled`", ...always },
  logging: {
    title: "Logging",
    what: "`notifications/message`, from the level of `logging/setLevel` or of the request on",
    ...always,
  },
  sessions: {
    title: "Sessions",
    what: "`Mcp-Session-Id` over HTTP, a stream from `GET` and an end by `DELETE`",
    ...always,
    until: "2025-11-25",
  },
  subscriptions: {
    title: "Subscriptions",
    what: "`resources/subscribe`, `subscriptions/listen`, `list_changed`",
    ...always,
  },
  sampling: {
    title: "Sampling",
    what: "`sampling/createMessage`",
    since: "2024-11-05",
    built: true,
  },
  roots: { title: "Roots", what: "`roots/list`", since: "2024-11-05", built: true },
  elicitation: {
    title: "Elicitation",
    what: "`elicitation/create`, with forms and, from 2025-11-25 on, addresses to open",
    since: "2025-06-18",
    built: true,
  },
  skills: {
    title: "Skills",
    what: "`skills/list`, `skills/get`, `resources/directory/read` (extension)",
    since: "2026-07-28",
    built: true,
  },
  tasks: {
    title: "Tasks",
    what: "`tasks/get`, `tasks/cancel`; in 2025-11-25 `tasks/result`, `tasks/list`, in 2026-07-28 `tasks/update` of the extension `io.modelcontextprotocol/tasks`",
    since: "2025-11-25",
    built: true,
  },
} as const satisfies Readonly<Record<string, Feature>>;

export type FeatureName = keyof typeof features;

/** `answered`; `later`: the revision has it and the runtime does not; `absent`: the revision has none. */
export type Support = "answered" | "later" | "absent";

/** How the runtime stands to a feature at a revision. */
export function supportOf(feature: Feature, revision: Revision): Support {
  const { since, until = revision, built } = feature;
  if (revision < since || revision > until) return "absent";
  return built ? "answered" : "later";
}
