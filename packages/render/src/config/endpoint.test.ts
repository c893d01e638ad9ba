import { expect, test } from "vitest";
import { surface } from "../surface.fixture.ts";
import { toStdioEndpoint } from "./endpoint.ts";

test("a positional secret is handed over in its variable, never on the command line", () => {
  const options = [
    ...surface.options,
    {
      key: "urls",
      flag: "--urls",
      env: "SHELF_URLS",
      description: "Where the shelves are.",
      type: "string" as const,
      many: true,
      positional: true,
      secret: true,
    },
  ];
  const { args, secrets } = toStdioEndpoint({ ...surface, options });
  expect(args).toEqual(toStdioEndpoint(surface).args);
  expect(secrets).toContainEqual({
    variable: "SHELF_URLS",
    description: "Where the shelves are.",
    required: true,
  });
});
