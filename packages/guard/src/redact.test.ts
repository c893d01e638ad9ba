import { describe, expect, test } from "vitest";
import { createRedactor } from "./redact.ts";

const long = "correct-horse-battery";
const awkward = 'pa"ss\\word/with ü & more';
const key = "-----BEGIN KEY-----\nabc/def+ghi==\n-----END KEY-----\n";

describe("in errors and logs", () => {
  test.for([long, awkward, key, "ab1", "p"])("%j goes in every form", (secret) => {
    const { text } = createRedactor([secret]);
    for (const form of [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64"),
    ]) {
      expect(text(`<${form}>`)).toBe("<[redacted]>");
    }
  });

  test("nothing else changes, and an empty secret is none", () => {
    const { text } = createRedactor(["", long]);
    expect(text("nothing to hide")).toBe("nothing to hide");
    expect(text("")).toBe("");
  });

  test("a secret inside another leaves nothing of either", () => {
    const { text } = createRedactor(["battery", long]);
    expect(text(`${long} battery`)).toBe("[redacted] [redacted]");
  });
});

describe("in results", () => {
  test.for([long, awkward, key])("%j goes in every form, and the rest stays JSON", (secret) => {
    const { result } = createRedactor([secret]);
    const structured = { secret, url: `https://x/?k=${encodeURIComponent(secret)}` };
    const basic = Buffer.from(secret).toString("base64");
    const content = [
      { type: "text", text: `it is ${secret}.` },
      { type: "text", text: JSON.stringify(structured) },
      { type: "text", text: JSON.stringify({ inner: JSON.stringify(structured) }) },
      { type: "text", text: basic },
    ];
    const clean = result(JSON.stringify({ content, structured }));
    const parsed: unknown = JSON.parse(clean);
    expect(parsed).toMatchObject({
      structured: { secret: "[redacted]", url: "https://x/?k=[redacted]" },
      content: [
        { text: "it is [redacted]." },
        { text: expect.stringContaining('{"secret":"[redacted]"') },
        { text: expect.not.stringMatching(/pa\\+"ss|BEGIN KEY|battery/) },
        { text: "[redacted]" },
      ],
    });
  });

  test("short ones stay: they may be words", () => {
    const { result } = createRedactor(["elevenchars"]);
    expect(result('["elevenchars"]')).toBe('["elevenchars"]');
  });

  test("one that looks like JSON breaks none", () => {
    const { result } = createRedactor(['hunter2hunter2"', '","isError":true']);
    const json = JSON.stringify({ text: "hunter2hunter2", other: "x", isError: true });
    expect(result(json)).toBe(json);
  });
});
