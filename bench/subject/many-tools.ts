import { readFileSync } from "node:fs";
import type { Surface } from "@fairlead/runtime";
import { main } from "@fairlead/runtime/main";

const tools = process.env.FAIRLEAD_BENCH_TOOLS === "one" ? "one" : "thousand";
const surface: Surface = JSON.parse(readFileSync(process.env.FAIRLEAD_BENCH_SURFACE ?? "", "utf8"));

void main(surface, async () => {
  const { toManyToolsServer } = await import("./many-tools-server.ts");
  return { server: toManyToolsServer(tools) };
});
