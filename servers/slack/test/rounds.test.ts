import { expect, test } from "vitest";
import { connectTo, ok, startFake } from "./support/fake.ts";

// Requests that wait for no other are sent at once: here none is answered before all of its round are
// there, so one that waits for another of its round waits for ever.

const general = { channel_id: "C000GENERAL" };
const ts = "1700000300.000100";

test.each([
  [
    "the names in a first history, and the channels of what is quoted in it",
    "slack_get_channel_history",
    { ...general, limit: 1 },
    [
      // Whether it may be read at all is asked before anything is read.
      ["conversations.info C000GENERAL"],
      ["conversations.history C000GENERAL"],
      [
        ...["conversations.info C000LAUNCH0", "conversations.info C000SECRET0"],
        ...["usergroups.list", "users.info U0000000ADA", "users.info U0000000BEN"],
      ],
    ],
  ],
  [
    "the channels with unread messages",
    "slack_get_unreads",
    {},
    [
      ["users.conversations"],
      ["conversations.info C000GENERAL", "conversations.info C000LAUNCH0"],
      ["conversations.history C000GENERAL", "conversations.history C000LAUNCH0"],
    ],
  ],
])("%s are asked for at once", async (_, name, args, rounds) => {
  const fake = await startFake();
  for (const channel of fake.state.channels) Object.assign(channel, { last_read: "1700000001.0" });
  fake.state.messages.get("C000GENERAL")?.push({
    ...{ ts, user: "U0000000ADA", text: "<@U0000000BEN> <!subteam^S0000000DEV>" },
    attachments: ["C000LAUNCH0", "C000SECRET0"].map((channel_id) => ({ channel_id, text: "q" })),
  });
  const { client } = await connectTo(fake);
  const seen: string[] = [];
  const whole = rounds.map((round) => ({ round, there: Promise.withResolvers<void>() }));
  fake.hold = async ({ method, args: given }) => {
    const ask = [method, given["channel"] ?? given["user"]].filter(Boolean).join(" ");
    seen.push(ask);
    for (const { round, there } of whole) {
      if (round.every((wanted) => seen.includes(wanted))) there.resolve();
    }
    await whole.find(({ round }) => round.includes(ask))?.there.promise;
  };
  await ok(client, name, args);
  expect(seen.sort()).toEqual(rounds.flat().sort());
});
