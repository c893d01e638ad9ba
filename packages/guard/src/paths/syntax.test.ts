import { describe, expect, it } from "vitest";
import { assertSyntax, foldName, isWithin } from "./syntax.ts";

describe("path syntax", () => {
  it.each([
    "\\\\server\\share\\x",
    "//server/share/x",
    "\\\\?\\C:\\x",
    "\\\\.\\pipe\\x",
    "C:\\a\\file.txt:stream",
    "file.txt::$DATA",
    "C:relative",
    "C:\\PROGRA~1\\x",
    "C:\\LONGFI~12.TXT",
    "C:\\a\\trailing.",
    "C:\\a\\trailing ",
    "C:\\a\\NUL",
    "C:\\a\\con.txt",
    "com1",
    "a\0b",
    "x".repeat(40_000),
  ])("refuses %s on Windows", (path) => {
    expect(() => assertSyntax(path, "win32")).toThrow();
  });

  it.each(["C:\\a\\b.txt", "a\\b", "..\\x", "a~b.txt", "file~1234567.text", "console.log"])(
    "takes %s on Windows",
    (path) => {
      expect(() => assertSyntax(path, "win32")).not.toThrow();
    },
  );

  it.each(["C:\\x", "c:/x", "\\\\server\\x", "a\0b", "é".repeat(3000)])(
    "refuses %s on Linux",
    (path) => {
      expect(() => assertSyntax(path, "linux")).toThrow();
    },
  );

  it.each(["a:b", "PROGRA~1", "trailing.", "nul", "a\\b"])("takes %s on Linux", (path) => {
    expect(() => assertSyntax(path, "linux")).not.toThrow();
  });

  it("compares by segments", () => {
    expect(isWithin("/a", "/a", "/")).toBe(true);
    expect(isWithin("/a", "/a/b", "/")).toBe(true);
    expect(isWithin("/a", "/ab", "/")).toBe(false);
    expect(isWithin("/", "/ab", "/")).toBe(true);
    expect(isWithin("C:\\", "C:\\x", "\\")).toBe(true);
  });

  it("folds what forgiving file systems take for one name", () => {
    expect(foldName(".GIT")).toBe(".git");
    expect(foldName(".g\u200cit")).toBe(".git");
    expect(foldName("Cafe\u0301")).toBe(foldName("CAF\u00c9"));
  });
});
