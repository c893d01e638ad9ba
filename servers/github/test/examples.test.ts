import { fileURLToPath } from "node:url";
import { replayExamples } from "@fairlead/runtime/testing";
import { playScene } from "@fairlead/testing/scenes";
import { expect, onTestFinished, test } from "vitest";

const root = new URL("../", import.meta.url);
const bin = fileURLToPath(new URL("dist/main.cjs", root));

test("the server answers the README's examples as it shows them", async () => {
  const { session, close } = await playScene("github", {
    bin,
    args: ["--toolsets", "all"],
  });
  onTestFinished(close);
  const replayed = await replayExamples({
    root,
    call: session.call,
    stands: [
      { real: /http:\/\/127\.0\.0\.1:\d+/g, shown: "https://github.com" },
      { real: /\d{4}-\d\d-\d\dT[\d:.]+Z/g, shown: "2026-01-05T10:00:00Z" },
      // A commit's id follows from its time.
      {
        real: /(?<=^(?:sha|commit_sha|head_sha): )[0-9a-f]{40}/gm,
        shown: "6dcb09b5b57875f334f61aebed695e2e4193db5e",
      },
    ],
  });
  // `vitest run -u` records the answers.
  await expect(replayed).toMatchFileSnapshot("../examples.json");
});
