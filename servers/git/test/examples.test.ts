import { fileURLToPath } from "node:url";
import { replayExamples } from "@fairlead/runtime/testing";
import { playScene } from "@fairlead/testing/scenes";
import { expect, onTestFinished, test } from "vitest";

const root = new URL("../", import.meta.url);
const bin = fileURLToPath(new URL("dist/main.cjs", root));

test("the server answers the README's examples as it shows them", async () => {
  const { folder, session, close } = await playScene("git", {
    bin,
    args: ["--toolsets", "all", "--allow-protocols", "file"],
  });
  onTestFinished(close);
  const replayed = await replayExamples({
    root,
    call: session.call,
    stands: [
      { real: `${folder}/repository`, shown: "/path/to/repository" },
      // A cursor is signed with a key of the process.
      { real: /cursor "[^"]+"/g, shown: 'cursor "…"' },
    ],
  });
  // `vitest run -u` records the answers.
  await expect(replayed).toMatchFileSnapshot("../examples.json");
});
