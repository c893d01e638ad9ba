import { fileURLToPath } from "node:url";
import { replayExamples } from "@fairlead/runtime/testing";
import { playScene } from "@fairlead/testing/scenes";
import { expect, onTestFinished } from "vitest";
import { browserTest, toExecutable } from "./support/browser.ts";

const root = new URL("../", import.meta.url);
const bin = fileURLToPath(new URL("dist/main.cjs", root));

browserTest("the server answers the README's examples as it shows them", async () => {
  const { args, session, close } = await playScene("puppeteer", { bin, args: toExecutable() });
  onTestFinished(close);
  const site = args.find((word) => word.startsWith("localhost:")) ?? "";
  const replayed = await replayExamples({
    root,
    call: session.call,
    stands: [{ real: site, shown: "localhost:3000" }],
  });
  // `vitest run -u` records the answers.
  await expect(replayed).toMatchFileSnapshot("../examples.json");
});
