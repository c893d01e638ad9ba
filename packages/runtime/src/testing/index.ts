export { findNonPortable, type Problem } from "@fairlead/define/portable";
export { type ClientOptions, RawClient, RpcError, type ToolResult } from "./client.ts";
export { type ConnectedClient, type ConnectOptions, connect } from "./connect.ts";
export { contract, type Subject } from "./contract.ts";
export { type Replay, replayExamples, type Stand } from "./replay.ts";
export { toSample } from "./samples.ts";
export { runToEnd, type SpawnedClient, type SpawnOptions, spawn } from "./spawn.ts";
