import { fileURLToPath, pathToFileURL } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ListRootsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";

const result = z.object({
  isError: z.boolean().optional(),
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
  structuredContent: z.record(z.string(), z.unknown()).optional(),
});

export interface Answer {
  readonly failed: boolean;
  /** All text blocks, one after the other. */
  readonly text: string;
  readonly content: readonly Readonly<Record<string, unknown>>[];
  readonly structured: Readonly<Record<string, unknown>>;
}

export interface Connected {
  readonly client: Client;
  call(name: string, args?: Readonly<Record<string, unknown>>): Promise<Answer>;
  close(): Promise<void>;
}

export const ourBin = fileURLToPath(new URL("../../dist/main.cjs", import.meta.url));
export const referenceBin = fileURLToPath(
  import.meta.resolve("@modelcontextprotocol/server-filesystem/dist/index.js"),
);

/** Starts a server over stdio and speaks to it with the official v1 client. */
export async function connectBin(
  bin: string,
  args: readonly string[],
  roots: readonly string[] = [],
): Promise<Connected> {
  const client = new Client(
    { name: "test", version: "1.0.0" },
    roots.length > 0 ? { capabilities: { roots: {} } } : {},
  );
  if (roots.length > 0) {
    client.setRequestHandler(ListRootsRequestSchema, () => ({
      roots: roots.map((path) => ({ uri: pathToFileURL(path).href })),
    }));
  }
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [bin, ...args],
    stderr: "ignore",
  });
  await client.connect(transport);
  return {
    client,
    async call(name, args = {}) {
      const raw = await client.callTool({ name, arguments: args }).catch((error: unknown) => ({
        isError: true,
        content: [{ type: "text", text: String(error) }],
      }));
      const { isError, content, structuredContent } = result.parse(raw);
      return {
        failed: isError === true,
        text: content.map(({ text }) => text ?? "").join(""),
        content,
        structured: structuredContent ?? {},
      };
    },
    close: () => client.close(),
  };
}
