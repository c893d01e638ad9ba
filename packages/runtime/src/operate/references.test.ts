import { describe, expect, test } from "vitest";
import { isUnresolved } from "./references.ts";

describe("a reference of a variable to itself", () => {
  test.each([
    "${SHELF_TOKEN}",
    "${SHELF_TOKEN:-}",
    "$SHELF_TOKEN",
    "${env:SHELF_TOKEN}",
    "{env:SHELF_TOKEN}",
    "%SHELF_TOKEN%",
    "<SHELF_TOKEN>",
    "${input:shelf_token}",
    " ${SHELF_TOKEN} ",
  ])("%s is not a value", (value) => {
    expect(isUnresolved("SHELF_TOKEN", value)).toBe(true);
  });
});

describe("anything else", () => {
  test.each([
    "",
    "s3cret",
    "SHELF_TOKEN",
    "${OTHER_TOKEN}",
    "$SHELF_TOKEN_2",
    "a${SHELF_TOKEN}",
    "${SHELF_TOKEN}b",
    "${SHELF_TOKEN:-s3cret}",
    "pa$$word",
    "<token>",
    "postgres://user:${input:x}@host/db",
  ])("%j is a value", (value) => {
    expect(isUnresolved("SHELF_TOKEN", value)).toBe(false);
  });
});
