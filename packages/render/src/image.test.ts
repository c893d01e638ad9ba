import { expect, test } from "vitest";
import { toLabelInstruction } from "./image.ts";
import { surface } from "./surface.fixture.ts";

test("labels are one instruction, whatever a title holds", () => {
  const title = 'Shelf "of" $HOME\nRUN true';
  const lines = toLabelInstruction({ ...surface, title }).split("\n");
  expect(lines[0]).toBe(
    'LABEL org.opencontainers.image.title="Shelf \\"of\\" \\$HOME\\nRUN true" \\',
  );
  expect(lines.slice(1).every((line) => line.startsWith("  "))).toBe(true);
});

test("a licence that is known is a label", () => {
  expect(toLabelInstruction(surface)).not.toContain("licenses");
  expect(toLabelInstruction(surface, "Apache-2.0")).toContain(
    'org.opencontainers.image.licenses="Apache-2.0"',
  );
});
