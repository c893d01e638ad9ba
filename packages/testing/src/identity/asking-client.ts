import {
  Client as ClientV2,
  StreamableHTTPClientTransport as HttpV2,
} from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as HttpV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  ElicitationCompleteNotificationSchema,
  ElicitRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";

/** What a user does with an address that the client shows them. */
export type OnAddress = (address: string) => Promise<"accept" | "decline" | "cancel">;

/** An official client with an access token, whose user can be shown addresses (URL mode). */
export interface AskingClient {
  call(name: string, args?: Record<string, unknown>): Promise<{ isError: boolean; text: string }>;
  /** The addresses that it was told about as done (2025-11-25). */
  readonly completed: readonly string[];
  /** The ids of the addresses that it was shown (2025-11-25). */
  readonly shown: readonly string[];
  close(): Promise<void>;
}

interface AskingOptions {
  readonly token: string;
  /** Without it the client says that it cannot show any. */
  readonly onAddress?: OnAddress;
}

const identity = { name: "fairlead-tests", version: "1.0.0" };
const toHeaders = (token: string) => ({
  requestInit: { headers: { authorization: `Bearer ${token}` } },
});

/** The official client of 2025-11-25, or of 2026-07-28. */
export const askingClients = {
  "client v1": async (url: string, { token, onAddress }: AskingOptions): Promise<AskingClient> => {
    const completed: string[] = [];
    const shown: string[] = [];
    const capabilities = onAddress ? { elicitation: { url: {} } } : {};
    const client = new ClientV1(identity, { capabilities });
    if (onAddress) {
      client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
        if (params.mode !== "url") throw new TypeError("It asks for a form.");
        shown.push(params.elicitationId);
        return { action: await onAddress(params.url) };
      });
    }
    client.setNotificationHandler(ElicitationCompleteNotificationSchema, ({ params }) => {
      completed.push(params.elicitationId);
    });
    const transport = new HttpV1(new URL(url), toHeaders(token));
    // It declares a session id that may be undefined, which its own interface does not.
    await client.connect(Object.assign(transport, { setProtocolVersion: undefined }));
    return {
      completed,
      shown,
      call: async (name, args = {}) => toAnswer(await client.callTool({ name, arguments: args })),
      close: () => client.close(),
    };
  },
  "client v2": async (url: string, { token, onAddress }: AskingOptions): Promise<AskingClient> => {
    const client = new ClientV2(identity, {
      capabilities: onAddress ? { elicitation: { url: {} } } : {},
      versionNegotiation: { mode: { pin: "2026-07-28" } },
    });
    if (onAddress) {
      client.setRequestHandler("elicitation/create", async ({ params }) => {
        if (params.mode !== "url") throw new TypeError("It asks for a form.");
        return { action: await onAddress(params.url) };
      });
    }
    await client.connect(new HttpV2(new URL(url), toHeaders(token)));
    return {
      ...{ completed: [], shown: [] },
      call: async (name, args = {}) => toAnswer(await client.callTool({ name, arguments: args })),
      close: () => client.close(),
    };
  },
} as const;

function toAnswer(result: unknown): { isError: boolean; text: string } {
  const { isError, content } = Object(result);
  const blocks: readonly unknown[] = Array.isArray(content) ? content : [];
  return {
    isError: isError === true,
    text: blocks.map((block) => String(Object(block).text ?? "")).join("\n"),
  };
}
