import { describe, expect, it } from "vitest";
import { serve } from "../../test/support/serve.ts";
import { plant } from "../../test/support/tree.ts";

describe("read tools", () => {
  it("give the text of a file and nothing else", async () => {
    const { top, client, call } = await serve();
    await plant(top, { "a.txt": "one\ntwo\n" });
    for (const [args, text] of [
      [{}, "one\ntwo\n"],
      [{ head: 1 }, "one"],
    ] as const) {
      const answer = await client.callTool("read_text_file", { path: "a.txt", ...args });
      expect(answer.content).toEqual([{ type: "text", text }]);
      expect(answer.structuredContent).toBeUndefined();
    }
    const part = await call("read_text_file", { path: "a.txt", limit: 1 });
    expect(part.text).toBe("one\n[Stopped after line 1 of 2. Go on with offset 2.]");
  });

  it("answer a file that is a JSON array with a line of words before it", async () => {
    const { top, call } = await serve();
    await plant(top, { "a.json": '[1, "two"]\n' });
    expect((await call("read_text_file", { path: "a.json" })).text).toBe(
      'JSON array of 2:\n[1, "two"]\n',
    );
  });

  it("stop at the budget, go on at the offset, and never give more", async () => {
    const { top, start, call } = await serve();
    const content = "a line of text\n".repeat(2000);
    await plant(top, { "a.txt": content });
    const small = await start({ budget: 2000 });
    let [text, offset] = ["", 1];
    for (let pages = 0; offset > 0 && pages < 100; pages++) {
      const { content: parts } = await call("read_text_file", { path: "a.txt", offset }, small);
      expect(JSON.stringify(parts).length).toBeLessThan(2400);
      text += parts[0]?.["text"];
      offset = Number(/Go on with offset (\d+)/.exec(String(parts[1]?.["text"]))?.[1] ?? 0);
    }
    expect(text).toBe(content);
  });

  it("keep read_file callable but out of the list", async () => {
    const { top, client, call } = await serve();
    await plant(top, { "a.txt": "one" });
    expect((await call("read_file", { path: "a.txt" })).text).toBe("one");
    const names = (await client.listTools()).map(({ name }) => name);
    expect(names).not.toContain("read_file");
    expect(names).not.toContain("delete_path");
    expect(names).toHaveLength(17);
  });

  it("give pictures and sounds as such, other and large files as a link with words", async () => {
    const { top, call } = await serve();
    const png = Buffer.from("89504e470d0a1a0a", "hex");
    await plant(top, {
      "a.png": png,
      "fake.png": Buffer.from("not a picture"),
      "a.svg": "<svg/>",
      "a.mp3": Buffer.from([2]),
      "a.pdf": Buffer.from([3]),
      "large.png": Buffer.concat([png, Buffer.alloc(1024 * 1024)]),
    });
    const types: unknown[] = [];
    for (const path of ["a.png", "a.mp3", "a.pdf", "large.png", "fake.png", "a.svg"]) {
      const { content } = await call("read_media_file", { path });
      types.push(content.map(({ type }) => type).join());
    }
    const file = "text,resource_link";
    expect(types).toEqual(["image", "text,audio", file, file, file, file]);
    expect((await call("read_media_file", { path: "a.pdf" })).text).toContain(
      "a.pdf, application/pdf, 1 bytes: file://",
    );
  });
});
