// Prints how large the images of the servers are, as `docker build` in docs/hosting.md has tagged them: the
// whole, and what of it is the server.
import { spawnSync } from "node:child_process";
import { listPackages } from "./lib/packages.ts";

for (const folder of listPackages("servers")) {
  const image = `fairlead-${folder.replace("servers/", "server-")}`;
  const format = "{{.Size}}\t{{.CreatedBy}}";
  const words = ["history", "--human=false", "--no-trunc", "--format", format, image];
  const { status, stdout, error } = spawnSync("docker", words, { encoding: "utf8" });
  if (error) throw error;
  const layers = stdout.split("\n").map((line) => line.split("\t"));
  // The older builder writes COPY in its own way.
  const own = layers.filter(([, command]) =>
    /^COPY .* \/app\b|COPY .* in \/app\b/.test(command ?? ""),
  );
  const line = status === 0 ? `${toMb(layers)} MB, the server ${toMb(own)} MB` : "not built";
  console.log(`${image.padEnd(28)} ${line}`);
}

function toMb(layers: readonly (readonly string[])[]): string {
  const bytes = layers.reduce((sum, [size]) => sum + Number(size), 0);
  return (bytes / 1_000_000).toFixed(1);
}
