import { expect, test } from "vitest";
import { findMessage } from "./error-words.ts";

/** What frameworks answer where an argument is wrong, and what a reader must be told of it. */
const forms: readonly (readonly [string, unknown, string])[] = [
  [
    "ASP.NET",
    {
      type: "https://tools.ietf.org/html/rfc9110#section-15.5.1",
      title: "One or more validation errors occurred.",
      status: 400,
      errors: { Name: ["The Name field is required."], "$.age": ["Not a number."] },
    },
    "One or more validation errors occurred.: The Name field is required. (Name); Not a number. ($.age)",
  ],
  [
    "Laravel",
    { message: "The email is taken. (and 1 more error)", errors: { email: ["is taken", "short"] } },
    "The email is taken. (and 1 more error): is taken (email); short (email)",
  ],
  [
    "invalid-params",
    { title: "Invalid", "invalid-params": [{ name: "age", reason: "must be positive" }] },
    "Invalid: must be positive (age)",
  ],
  [
    "Google",
    {
      error: {
        code: 400,
        message: "Request contains an invalid argument.",
        status: "INVALID_ARGUMENT",
        details: [
          {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            fieldViolations: [{ field: "event.start", description: "Bad time." }],
          },
        ],
      },
    },
    "Request contains an invalid argument.: Bad time. (event.start)",
  ],
  [
    "GitHub",
    {
      message: "Validation Failed",
      errors: [
        { resource: "Issue", field: "title", code: "missing_field" },
        { resource: "Label", field: "name", code: "custom", message: "name is too long" },
      ],
    },
    "Validation Failed: missing_field (title); name is too long (name)",
  ],
  [
    "FastAPI",
    { detail: [{ loc: ["body", "price"], msg: "Field required", type: "missing" }] },
    "Field required (body.price)",
  ],
  [
    "Spring",
    {
      error: "Bad Request",
      path: "/orders",
      errors: [{ field: "qty", defaultMessage: "must be 1 or more" }],
    },
    "Bad Request: must be 1 or more (qty)",
  ],
  [
    "JSON:API",
    { errors: [{ detail: "Too short.", source: { pointer: "/data/attributes/name" } }] },
    "Too short. (/data/attributes/name)",
  ],
  ["Django", { name: ["This field is required."] }, "This field is required. (name)"],
  ["Rails", { errors: { email: ["is invalid"] } }, "is invalid (email)"],
  ["Stripe", { error: { message: "No such card", param: "source" } }, "No such card (source)"],
  ["a list of words", { errors: ["one", "two"] }, "one; two"],
  ["a code next to words", { error: { message: "No", code: "c" } }, "No: c"],
];

test.each(forms)("errors of %s: the field and the words", (_, body, expected) => {
  expect(findMessage(JSON.stringify(body))).toBe(expected);
});
