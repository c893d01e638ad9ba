import { expect, test } from "vitest";
import { findImageType } from "./images.ts";

test.each([
  ["89504e470d0a1a0a0000000d", "image/png"],
  ["ffd8ffe000104a464946", "image/jpeg"],
  ["474946383961010001", "image/gif"],
  ["524946462400000057454250565038", "image/webp"],
  ["52494646240000005741564566", undefined],
  ["3c7376672f3e", undefined],
  ["89504e470a0a1a0a", undefined],
  ["0089504e470d0a1a0a", undefined],
  ["", undefined],
])("bytes %s are %s", (hex, type) => {
  expect(findImageType(Buffer.from(hex, "hex"))).toBe(type);
});
