/** A client library, or several versions of one: a folder with its pins and its driver. */
export interface Library {
  readonly folder: string;
  /** How the driver can use it. */
  readonly ways: readonly string[];
  /** It starts the server anew for every call, so that nothing is kept from one call to the next. */
  readonly forgets?: boolean;
  /** Places, as tool and path, where it offers a model anything, though the server lists some types. */
  readonly loosens?: readonly string[];
}

/** The libraries that have to take every tool of every server. */
export const libraries: readonly Library[] = [
  { folder: "openai-agents", ways: ["strict", "structured"] },
  { folder: "ai-sdk", ways: ["tools"] },
  {
    folder: "langchain",
    ways: ["tools"],
    // It drops the types of an `anyOf` of scalars. Nothing that a model sends is refused for that.
    loosens: ["query.params[]", "execute_sql.params[]", "explain_query.params[]"],
  },
  { folder: "genai", ways: ["mcpToTool"] },
  { folder: "mastra", ways: ["tools"] },
  { folder: "mcporter", ways: ["printed", "printed as text"], forgets: true },
  { folder: "inspector", ways: ["--cli --strict"], forgets: true },
  {
    folder: "official",
    ways: ["SDK 1.0", "SDK 1.12", "SDK 1.32", "client 2.4", "client 2.4, modern"],
  },
];
