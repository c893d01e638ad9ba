import { type ConnectedClient, type ConnectOptions, connect } from "@fairlead/runtime/testing";
import { onTestFinished } from "vitest";
import { server } from "../../src/index.ts";
import { temporaryDirectory } from "./tree.ts";

/** A directory of a test's own, and a client of a server that works in it. */
export async function serve() {
  const top = await temporaryDirectory();
  const start = async (options: ConnectOptions = {}, config = {}): Promise<ConnectedClient> => {
    const given = { config: { directories: [top], ...config }, ...options };
    const started = await connect(server, given);
    onTestFinished(() => started.close());
    return started;
  };
  const client = await start();
  const call = async (name: string, args = {}, by = client) => {
    const { text, isError, structuredContent, content } = await by.callTool(name, args);
    return { text, isError, content, output: Object(structuredContent) };
  };
  return { top, client, start, call };
}
