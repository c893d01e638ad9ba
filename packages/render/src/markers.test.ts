import { expect, test } from "vitest";
import { fillMarkers } from "./markers.ts";

const text = "# A\n<!-- fairlead:b -->old<!-- /fairlead:b -->\nend\n";

test("replaces what stands between the markers, and again without a change", () => {
  const filled = fillMarkers(text, "b", "new") ?? "";
  expect(filled).toBe("# A\n<!-- fairlead:b -->\n\nnew\n\n<!-- /fairlead:b -->\nend\n");
  expect(fillMarkers(filled, "b", "new")).toBe(filled);
});

test("does so between comments with #", () => {
  expect(fillMarkers("# fairlead:b\n\n# /fairlead:b\n", "b", "new")).toBe(
    "# fairlead:b\n\nnew\n\n# /fairlead:b\n",
  );
});

test("says when the markers are missing", () => {
  expect(fillMarkers(text, "c", "new")).toBeUndefined();
});
