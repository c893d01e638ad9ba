import { expect, it } from "vitest";
import { createFakeDrive } from "../src/fakes/drive/drive.ts";

const token = "ya29.token";
const user = "ada@example.com";

it.each([
  ["/drive/v3/files?fields=files(id)&noSuchThing=1", "GET", undefined, "no parameter noSuchThing"],
  ["/drive/v3/files?fields=files(id)&pageSize=0", "GET", undefined, "pageSize=0 is not valid"],
  ["/drive/v3/files?fields=files(id)&supportsAllDrives=1", "GET", undefined, "supportsAllDrives=1"],
  ["/drive/v3/files", "GET", undefined, "without a mask"],
  ["/drive/v3/files?fields=files((id", "GET", undefined, "is not a mask"],
  ["/drive/v3/nothing?fields=id", "GET", undefined, "is not a method"],
  ["/drive/v3/files?fields=id", "POST", { name: "x", colour: "red" }, "additional properties"],
  ["/drive/v3/files?fields=id", "POST", { name: 1 }, "must be string"],
])("the fake does not let %s %s pass", async (path, method, body, problem) => {
  const fake = await createFakeDrive();
  fake.allow(token, user, ["drive"]);
  await fetch(fake.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  await expect(fake.close()).rejects.toThrow(problem);
});

it("the fake holds its own answers to the description too", async () => {
  const fake = await createFakeDrive();
  fake.allow(token, user, ["drive"]);
  const file = fake.files.add({ name: "a" });
  Object.assign(file, { version: 1, name: ["no", "name"] });
  await fetch(`${fake.url}/drive/v3/files/${file.id}?fields=id`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await expect(fake.close()).rejects.toThrow("files.get response: /name must be string");
});
