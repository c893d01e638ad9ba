import { ToolError } from "@fairlead/define";
import { expect, test, vi } from "vitest";
import { toMessage } from "./failure.ts";

test("an error meant for the client says what it says", () => {
  const sink = vi.fn();
  expect(toMessage(new ToolError("No such table.", "Call list_tables."), "x", sink)).toBe(
    "No such table.\nCall list_tables.",
  );
  expect(toMessage(new ToolError("No such table."), "x", sink)).toBe("No such table.");
  expect(toMessage(Object.assign(new Error("42P01"), { hint: "Look." }), "x", sink)).toBe(
    "42P01\nLook.",
  );
  expect(sink).not.toHaveBeenCalled();
});

test.for([
  new Error("password=hunter2"),
  "password=hunter2",
  { message: "password=hunter2", hint: "password=hunter2" },
  Object.assign(new Error("password=hunter2"), { hint: 1 }),
  null,
  undefined,
  Object.create(null),
])("H1: of anything else the client gets a reference (%#)", (error) => {
  const sink = vi.fn();
  const message = toMessage(error, "query", sink);
  expect(message).not.toContain("hunter2");
  expect(sink).toHaveBeenCalledWith(error, "query", expect.stringMatching(/^\w{5,}$/));
  expect(message).toContain(sink.mock.calls[0]?.[2]);
});
