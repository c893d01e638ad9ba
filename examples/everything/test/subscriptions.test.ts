import { sessions } from "@fairlead/testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { bin } from "./bin.ts";

/** Long enough for a slow machine; a wait that succeeds takes no part of it. */
const patience = { timeout: 20_000, interval: 20 };
const note = "note://welcome";

test.for(Object.entries(sessions))(
  "the official %s hears of what it listens to, until it stops",
  async ([, { open }]) => {
    const session = await open({ bin });
    onTestFinished(() => session.close());
    const write = (text: string) => session.call("write_note", { name: "welcome", text });
    const stop = await session.listen(note);
    await write("one");
    await session.call("test_trigger_tool_change");
    await vi.waitFor(() => expect(session.changes).toEqual([note, "tools"]), patience);
    await stop();
    await write("two");
    expect(await session.read(note)).toMatchObject({ contents: [{ text: "two" }] });
    expect(session.changes.filter((change) => change === note)).toEqual([note]);
  },
);
