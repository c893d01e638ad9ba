import { expect, test } from "vitest";
import { connectTo, ok, startFake, toBody } from "../../test/support/fake.ts";

test("people are found by name and by address, and a profile by either", async () => {
  const { client } = await connectTo(await startFake());
  expect((await ok(client, "slack_search_users", { query: "dubois design" })).text).toContain(
    "Chloë",
  );
  expect((await ok(client, "slack_search_users", { query: "ben@example.com" })).text).toContain(
    "U0000000BEN",
  );
  const { output } = await ok(client, "slack_get_user_profile", { user_id: "@ada" });
  expect(output.user_id).toBe("U0000000ADA");
  expect(toBody(output.profile).split("\n")).toEqual(
    expect.arrayContaining(["title: Engineer", "Team: Platform"]),
  );
});

test("a long list of people is read a part at a time, and once", async () => {
  const fake = await startFake();
  const many = Array.from({ length: 2_500 }, (_, index) => ({
    id: `U${String(index).padStart(10, "0")}`,
    name: `person${index}`,
  }));
  fake.state.users.push(...many);
  const { client } = await connectTo(fake);
  const search = () => ok(client, "slack_search_users", { query: "person2400" });
  expect((await search()).output).toMatchObject({ users: [], complete: false });
  expect((await search()).output).toMatchObject({ users: [], complete: false });
  expect((await search()).output).toMatchObject({
    users: [{ name: "person2400" }],
    complete: true,
  });
  const asked = fake.requests.length;
  await search();
  expect(fake.requests).toHaveLength(asked);
});
