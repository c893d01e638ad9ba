import { fileURLToPath } from "node:url";
import { replayExamples } from "@fairlead/runtime/testing";
import { playScene } from "@fairlead/testing/scenes";
import { expect, onTestFinished, test } from "vitest";

const root = new URL("../", import.meta.url);
const bin = fileURLToPath(new URL("dist/main.cjs", root));

test("the server answers the README's examples as it shows them", async () => {
  const { session, close } = await playScene("slack", { bin, args: ["--toolsets", "all"] });
  onTestFinished(close);
  const replayed = await replayExamples({
    root,
    call: session.call,
  });
  // `vitest run -u` records the answers.
  await expect(replayed).toMatchFileSnapshot("../examples.json");
});
