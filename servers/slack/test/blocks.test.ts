import type { ChatPostMessageArguments } from "@slack/web-api";
import { describe, expect, test } from "vitest";
import { connectTo, ok, startFake, toBody } from "./support/fake.ts";

// Every block and element type of Slack's own types, each with what Slack shows of it: a type that the
// vendor adds is missing here, which the compiler says.

type Message = Extract<ChatPostMessageArguments, { blocks: unknown }>;
/** Blocks by their types, without the one that stands for any other. */
type Known<B> = B extends { type: infer T } ? (string extends T ? never : B) : never;
type Block = Known<Message["blocks"][number]>;
type Of<T extends Block["type"]> = Extract<Block, { type: T }>;
type Attachment = Extract<
  ChatPostMessageArguments,
  { attachments: unknown }
>["attachments"][number];
type Element =
  | Of<"actions">["elements"][number]
  | Of<"input">["element"]
  | Of<"context_actions">["elements"][number]
  | Of<"context">["elements"][number]
  | NonNullable<Of<"section">["accessory"]>
  | Of<"table">["rows"][number][number]
  | NonNullable<Of<"task_card">["sources"]>[number];
type Section = Of<"rich_text">["elements"][number];
type Inline = Extract<Section, { type: "rich_text_section" }>["elements"][number];

type Case<T> = readonly [given: T, shown: string];
type Table<U extends { type: string }> = {
  readonly [T in U["type"]]: readonly Case<Extract<U, { type: T }>>[];
};

const plain = (text: string) => ({ type: "plain_text" as const, text });
const mrkdwn = (text: string) => ({ type: "mrkdwn" as const, text });
const option = (text: string, more: object = {}) => ({ text: plain(text), value: text, ...more });
const rich = (...elements: Inline[]) => ({
  type: "rich_text" as const,
  elements: [{ type: "rich_text_section" as const, elements }],
});
const said = (text: string) => rich({ type: "text", text });
const image = { type: "image" as const, alt_text: "a cat", image_url: "https://example.com/c.png" };
const button = { type: "button" as const, text: plain("Go"), url: "https://example.com/go" };
const options = [option("one"), option("two")];
const groups = [{ label: plain("Numbers"), options }];
const placeholder = plain("Choose");

const blocks: Table<Block> = {
  actions: [
    [
      { type: "actions", elements: [button, { type: "button", text: plain("Stop") }] },
      "[Go] (https://example.com/go) [Stop]",
    ],
  ],
  alert: [
    [{ type: "alert", text: mrkdwn("It *burns*"), level: "error" }, "[error] It *burns*"],
    [{ type: "alert", text: plain("It burns") }, "It burns"],
  ],
  card: [
    [
      {
        ...{ type: "card", hero_image: image, icon: { ...image, alt_text: "a dog" } },
        ...{ title: mrkdwn("Title"), subtitle: mrkdwn("Sub"), body: mrkdwn("Body") },
        actions: [button],
      },
      "[image: a cat]\n[image: a dog] Title\nSub\nBody\n[Go] (https://example.com/go)",
    ],
  ],
  carousel: [
    [
      {
        type: "carousel",
        elements: [
          { type: "card", title: mrkdwn("One") },
          { type: "card", title: mrkdwn("Two") },
        ],
      },
      "One\nTwo",
    ],
  ],
  container: [
    [
      {
        ...{ type: "container", title: plain("Box"), subtitle: mrkdwn("of things"), icon: image },
        child_blocks: [{ type: "header", text: plain("Head") }, said("Words")],
      },
      "[image: a cat] Box\nof things\nHead\nWords",
    ],
    [{ type: "container", rich_text_title: said("Rich box"), child_blocks: [] }, "Rich box"],
  ],
  context: [
    [
      { type: "context", elements: [image, mrkdwn("by <@U0000000ADA>")] },
      "[image: a cat] by @ada (U0000000ADA)",
    ],
  ],
  context_actions: [
    [
      {
        type: "context_actions",
        elements: [
          {
            type: "feedback_buttons",
            positive_button: { text: plain("Good"), value: "1" },
            negative_button: { text: plain("Bad"), value: "0" },
          },
          { type: "icon_button", icon: "trash", text: plain("Delete") },
        ],
      },
      "[Good] [Bad] [Delete]",
    ],
  ],
  data_table: [
    [
      {
        ...{ type: "data_table", caption: "Sales" },
        rows: [
          [
            { type: "raw_text", text: "Item" },
            { type: "raw_text", text: "Sold" },
          ],
          [said("Lamp"), { type: "raw_number", value: 12, text: "12 pcs" }],
        ],
      },
      "Sales\nItem | Sold\nLamp | 12 pcs",
    ],
  ],
  divider: [[{ type: "divider" }, "---"]],
  file: [[{ type: "file", source: "remote", external_id: "doc-1" }, "[file doc-1]"]],
  header: [[{ type: "header", text: plain("R&amp;D &lt;new&gt;") }, "R&D <new>"]],
  image: [[{ ...image, title: plain("Felix") }, "[image: a cat] Felix"]],
  input: [
    [
      {
        ...{ type: "input", label: plain("Name"), hint: plain("As in your passport") },
        element: { type: "plain_text_input", placeholder: plain("Ada") },
      },
      "Name\n[Ada]\nAs in your passport",
    ],
  ],
  markdown: [
    [
      { type: "markdown", text: "# A\n\n- **b** <c> `<!-- d -->`" },
      "# A\n\n- **b** <c> `<!-- d -->`",
    ],
  ],
  rich_text: [[said("Hello"), "Hello"]],
  section: [
    [
      {
        ...{ type: "section", text: mrkdwn("*Deploy*") },
        fields: [mrkdwn("*Stage:*\nlive"), plain("by Ada")],
        accessory: button,
      },
      "*Deploy*\n*Stage:*\nlive\nby Ada\n[Go] (https://example.com/go)",
    ],
  ],
  table: [
    [
      {
        type: "table",
        rows: [
          [
            { type: "raw_text", text: "A" },
            { type: "raw_text", text: "" },
            { type: "raw_text", text: "C" },
          ],
          [{ type: "raw_number", value: 1.5, text: "1.5" }, said("two\nlines"), said("x | y")],
        ],
      },
      "A |  | C\n1.5 | two / lines | x | y",
    ],
  ],
  task_card: [
    [
      {
        ...{ type: "task_card", task_id: "t", title: "Search", status: "complete" },
        ...{ details: said("looked"), output: said("found") },
        sources: [{ type: "url", url: "https://example.com/s", text: "Source" }],
      },
      "Search [complete]\nlooked\nfound\nSource (https://example.com/s)",
    ],
  ],
  plan: [
    [
      {
        ...{ type: "plan", title: "Plan" },
        tasks: [
          { type: "task_card", task_id: "t", title: "First", status: "pending" },
          { task_id: "u", title: "Second", status: "error" },
        ],
      },
      "Plan\nFirst [pending]\nSecond [error]",
    ],
  ],
  video: [
    [
      {
        ...{
          type: "video",
          video_url: "https://example.com/v",
          thumbnail_url: "https://example.com/t",
        },
        ...{ alt_text: "a film", title: plain("Film"), title_url: "https://example.com/film" },
        ...{ description: plain("About"), author_name: "Ada", provider_name: "Tube" },
      },
      "[video: Film] (https://example.com/film)\nAbout\nAda, Tube",
    ],
  ],
};

const elements: Table<Element> = {
  button: [[button, "[Go] (https://example.com/go)"]],
  workflow_button: [
    [
      {
        ...{ type: "workflow_button", text: plain("Run") },
        workflow: { trigger: { url: "https://example.com/hidden" } },
      },
      "[Run]",
    ],
  ],
  icon_button: [[{ type: "icon_button", icon: "trash", text: plain("Delete") }, "[Delete]"]],
  feedback_buttons: [
    [
      {
        type: "feedback_buttons",
        positive_button: { text: plain("Good"), value: "1" },
        negative_button: { text: plain("Bad"), value: "0" },
      },
      "[Good] [Bad]",
    ],
  ],
  checkboxes: [
    [
      {
        ...{ type: "checkboxes", initial_options: [option("two")] },
        options: [option("one", { description: plain("the first") }), option("two")],
      },
      "[ ] one – the first\n[x] two",
    ],
  ],
  radio_buttons: [
    [{ type: "radio_buttons", options, initial_option: option("one") }, "[x] one\n[ ] two"],
  ],
  datepicker: [
    [{ type: "datepicker", initial_date: "2026-11-21" }, "[2026-11-21]"],
    [{ type: "datepicker", placeholder }, "[Choose]"],
  ],
  datetimepicker: [
    [{ type: "datetimepicker", initial_date_time: 1_700_000_000 }, "[2023-11-14 22:13 UTC]"],
  ],
  timepicker: [
    [{ type: "timepicker", initial_time: "08:30", timezone: "Europe/Rome" }, "[08:30 Europe/Rome]"],
  ],
  overflow: [[{ type: "overflow", options }, "[one, two]"]],
  static_select: [
    [{ type: "static_select", placeholder, options }, "[Choose: one, two]"],
    [{ type: "static_select", options, initial_option: option("two") }, "[two: one]"],
    [{ type: "static_select", placeholder, option_groups: groups }, "[Choose: Numbers: one, two]"],
  ],
  multi_static_select: [
    [{ type: "multi_static_select", options, initial_options: options }, "[one, two]"],
  ],
  external_select: [[{ type: "external_select", initial_option: option("far") }, "[far]"]],
  multi_external_select: [
    [{ type: "multi_external_select", initial_options: [option("far")] }, "[far]"],
  ],
  users_select: [[{ type: "users_select", initial_user: "U0000000ADA" }, "[@ada (U0000000ADA)]"]],
  multi_users_select: [
    [
      { type: "multi_users_select", initial_users: ["U0000000ADA", "U0000000BEN"] },
      "[@ada (U0000000ADA), @ben (U0000000BEN)]",
    ],
  ],
  conversations_select: [
    [{ type: "conversations_select", initial_conversation: "C000LAUNCH0" }, "[#C000LAUNCH0]"],
  ],
  multi_conversations_select: [
    [
      { type: "multi_conversations_select", initial_conversations: ["C000LAUNCH0", "U0000000ADA"] },
      "[#C000LAUNCH0, @ada (U0000000ADA)]",
    ],
  ],
  channels_select: [
    [{ type: "channels_select", initial_channel: "C000LAUNCH0" }, "[#C000LAUNCH0]"],
  ],
  multi_channels_select: [
    [{ type: "multi_channels_select", initial_channels: ["C000LAUNCH0"] }, "[#C000LAUNCH0]"],
  ],
  plain_text_input: [
    [{ type: "plain_text_input", initial_value: "a < b", placeholder }, "[a < b]"],
  ],
  email_text_input: [[{ type: "email_text_input", placeholder }, "[Choose]"]],
  url_text_input: [
    [{ type: "url_text_input", initial_value: "https://example.com" }, "[https://example.com]"],
  ],
  number_input: [
    [{ type: "number_input", is_decimal_allowed: true, initial_value: "1.5" }, "[1.5]"],
  ],
  rich_text_input: [
    [{ type: "rich_text_input", initial_value: said("Draft") }, "Draft"],
    [{ type: "rich_text_input", placeholder }, "[Choose]"],
  ],
  file_input: [[{ type: "file_input" }, "[files]"]],
  image: [[image, "[image: a cat]"]],
  mrkdwn: [[mrkdwn("a &amp; <https://example.com|b>"), "a & b (https://example.com)"]],
  plain_text: [[plain("a & b"), "a & b"]],
  raw_text: [[{ type: "raw_text", text: "a<b" }, "a<b"]],
  raw_number: [[{ type: "raw_number", value: 7, text: "7" }, "7"]],
  rich_text: [[said("in"), "in"]],
  url: [[{ type: "url", url: "https://example.com", text: "Home" }, "Home (https://example.com)"]],
};

const sections: Table<Section> = {
  rich_text_section: [
    [{ type: "rich_text_section", elements: [{ type: "text", text: "a" }] }, "a"],
  ],
  rich_text_list: [
    [
      {
        ...{ type: "rich_text_list", style: "bullet" },
        elements: ["a", "b"].map((text) => ({
          type: "rich_text_section",
          elements: [{ type: "text", text }],
        })),
      },
      "• a\n• b",
    ],
    [
      {
        ...{ type: "rich_text_list", style: "ordered", indent: 1 },
        elements: ["a", "b"].map((text) => ({
          type: "rich_text_section",
          elements: [{ type: "text", text }],
        })),
      },
      "  a. a\n  b. b",
    ],
    [
      {
        ...{ type: "rich_text_list", style: "ordered", offset: 3 },
        elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "d" }] }],
      },
      "4. d",
    ],
  ],
  rich_text_quote: [
    [{ type: "rich_text_quote", elements: [{ type: "text", text: "a\nb" }] }, "> a\n> b"],
  ],
  rich_text_preformatted: [
    [
      {
        type: "rich_text_preformatted",
        elements: [{ type: "text", text: "if (a < b) { /* <!-- c --> */ }" }],
      },
      "```\nif (a < b) { /* <!-- c --> */ }\n```",
    ],
  ],
};

const inlines: Table<Inline> = {
  text: [
    [{ type: "text", text: "a < b && c <@U0000000ADA> &amp;" }, "a < b && c <@U0000000ADA> &amp;"],
    [{ type: "text", text: "b", style: { bold: true, italic: true, strike: true } }, "*_~b~_*"],
    [{ type: "text", text: "<!-- c -->", style: { code: true } }, "`<!-- c -->`"],
  ],
  link: [
    [{ type: "link", url: "https://example.com/?a=1&b=2" }, "https://example.com/?a=1&b=2"],
    [
      { type: "link", url: "https://evil.example", text: "https://example.com | <x>" },
      "https://example.com | <x> (https://evil.example)",
    ],
  ],
  user: [[{ type: "user", user_id: "U0000000BEN" }, "@ben (U0000000BEN)"]],
  usergroup: [[{ type: "usergroup", usergroup_id: "S0000000DEV" }, "@developers (S0000000DEV)"]],
  channel: [[{ type: "channel", channel_id: "C000LAUNCH0" }, "#C000LAUNCH0"]],
  broadcast: [
    [{ type: "broadcast", range: "here" }, "@here"],
    [{ type: "broadcast", range: "channel" }, "@channel"],
    [{ type: "broadcast", range: "everyone" }, "@everyone"],
  ],
  date: [
    [
      {
        type: "date",
        timestamp: 1_700_000_000,
        format: "due {date_short} at {time}",
        fallback: "?",
      },
      "due 2023-11-14 at 22:13 UTC",
    ],
    [
      { type: "date", timestamp: 1_700_000_000, format: "{ago}", url: "https://example.com/d" },
      "2023-11-14 22:13:20 UTC (https://example.com/d)",
    ],
  ],
  emoji: [[{ type: "emoji", name: "tada" }, ":tada:"]],
  team: [[{ type: "team", team_id: "T000000DEMO" }, "@T000000DEMO"]],
  color: [[{ type: "color", value: "#C0FFEE" }, "#C0FFEE"]],
};

const attachments: readonly Case<Attachment>[] = [
  [{ pretext: "Before", text: "Main" }, "> Before\n> Main"],
  [
    {
      ...{ author_name: "Ada", author_link: "https://example.com/ada", author_subname: "R&amp;D" },
      ...{
        title: "Issue 1",
        title_link: "https://example.com/1",
        text: "It <https://x.example|breaks>",
      },
    },
    "> Ada (https://example.com/ada) R&D\n> Issue 1 (https://example.com/1)\n> It breaks (https://x.example)",
  ],
  [
    {
      fields: [
        { title: "Stage", value: "live", short: true },
        { title: "", value: "more" },
      ],
    },
    "> Stage: live\n> more",
  ],
  [{ blocks: [{ type: "header", text: plain("In blocks") }] }, "> In blocks"],
  [
    {
      blocks: [
        {
          type: "table",
          rows: [
            [
              { type: "raw_text", text: "pasted" },
              { type: "raw_text", text: "table" },
            ],
          ],
        },
      ],
    },
    "> pasted | table",
  ],
  [{ image_url: "https://example.com/i.png" }, "> [image] (https://example.com/i.png)"],
  [
    { thumb_url: "https://example.com/t.png", text: "a" },
    "> a\n> [image] (https://example.com/t.png)",
  ],
  [{ footer: "From CI", ts: "1700000000" }, "> From CI | 2023-11-14 22:13 UTC"],
  [
    {
      actions: [
        { type: "button", text: "Open", url: "https://example.com/o" },
        { type: "select", text: "Pick", options: [{ text: "a", value: "1" }] },
        {
          ...{ type: "select", text: "Or" },
          option_groups: [{ text: "G", options: [{ text: "b", value: "2", description: "c" }] }],
        },
      ],
    },
    "> [Open] (https://example.com/o) [Pick: a] [Or: G: b – c]",
  ],
  [{ preview: { title: plain("Doc"), subtitle: plain("Sub") } }, "> Doc\n> Sub"],
  [{ fallback: "Only this" }, "> Only this"],
  [{ fallback: "Not this", text: "But this" }, "> But this"],
];

/** Whether a person sees what a key of an attachment holds. */
const attachmentKeys: Readonly<Record<keyof Attachment, boolean>> = {
  ...{ blocks: true, fallback: true, pretext: true, author_name: true, author_link: true },
  ...{ author_subname: true, title: true, title_link: true, text: true, fields: true },
  ...{ image_url: true, thumb_url: true, footer: true, ts: true, actions: true, preview: true },
  // Pictures of a few pixels, and what programs alone read.
  ...{ color: false, author_icon: false, footer_icon: false, mrkdwn_in: false },
  ...{ callback_id: false, app_unfurl_url: false, is_app_unfurl: false, app_id: false },
  bot_id: false,
};

/** What a message says in a thread, where all of it is shown. */
async function show(message: object): Promise<string> {
  const fake = await startFake();
  fake.state.groups.splice(0, Number.POSITIVE_INFINITY, {
    id: "S0000000DEV",
    handle: "developers",
  });
  const ts = "1700000200.000100";
  const given = { ts, user: "U0000000ADA", ...message };
  fake.state.messages.get("C000GENERAL")?.push(given);
  const { client } = await connectTo(fake);
  const args = { channel_id: "C000GENERAL", thread_ts: ts };
  const { output } = await ok(client, "slack_get_thread_replies", args);
  return toBody(output.messages[0].text);
}

function list<U extends { type: string }>(table: Table<U>) {
  const all: [string, readonly Case<object>[]][] = Object.entries(table);
  return all.flatMap(([type, cases]) =>
    cases.map(([given, shown]) => [type, shown, given] as const),
  );
}

test.each(["constructor", "toString", "__proto__", "hasOwnProperty"])(
  "%s is a word like any other, as somebody mentioned and as a type",
  async (word) => {
    const text = `<@${word}> <#${word}> <!subteam^${word}>`;
    expect(await show({ text })).toBe(`@${word} #${word} @${word}`);
    const part = { type: word, text: "x" };
    const section = { type: "rich_text_section", elements: [part] };
    const types = [part, { type: "actions", elements: [part] }];
    const rich = { type: "rich_text", elements: [part, section] };
    expect(await show({ text: "", blocks: [...types, rich] })).toBe("x\nx\nx\nx");
  },
);

describe("what Slack shows of blocks is shown, whatever the text says", () => {
  test.each(list(blocks))("block %s: %j", async (_, shown, block) => {
    expect(await show({ text: "New message", blocks: [block] })).toBe(shown);
  });

  test.each(list(elements))("element %s: %j", async (_, shown, element) => {
    const actions = { type: "actions", elements: [element] };
    expect(await show({ text: "", blocks: [actions] })).toBe(shown);
  });

  test.each(list(sections))("rich text %s: %j", async (_, shown, section) => {
    expect(await show({ text: "x", blocks: [{ type: "rich_text", elements: [section] }] })).toBe(
      shown,
    );
  });

  test.each(list(inlines))("rich text element %s: %j", async (_, shown, inline) => {
    const section = { type: "rich_text_section", elements: [inline] };
    expect(await show({ text: "x", blocks: [{ type: "rich_text", elements: [section] }] })).toBe(
      shown,
    );
  });

  test.each(attachments.map(([given, shown]) => [shown, given] as const))(
    "attachment: %j",
    async (shown, attachment) => {
      expect(await show({ text: "Said", attachments: [attachment] })).toBe(`Said\n${shown}`);
    },
  );
});

test("every key of an attachment that a person sees has its case", () => {
  const seen = Object.entries(attachmentKeys).flatMap(([key, shown]) => (shown ? [key] : []));
  const tried = new Set(attachments.flatMap(([attachment]) => Object.keys(attachment)));
  expect([...tried].sort()).toEqual(seen.sort());
});

describe("what blocks cannot show", () => {
  test("a type that is not known shows its words", async () => {
    const block = { type: "new", title: plain("T"), elements: [{ type: "newer", text: "words" }] };
    expect(await show({ text: "x", blocks: [block] })).toBe("T words");
  });

  test("blocks without words leave the text", async () => {
    expect(await show({ text: "the text", blocks: [{ type: "new" }] })).toBe("the text");
    expect(await show({ text: "the text", blocks: [null, 7, "a"] })).toBe("the text");
  });

  test("blocks in blocks without end do not matter", async () => {
    const deep = Array.from({ length: 500 }).reduce<object>(
      (inner) => ({ type: "container", title: plain("a"), child_blocks: [inner] }),
      { type: "divider" },
    );
    expect(await show({ text: "x", blocks: [deep] })).toMatch(/^(?:a\n)+a$/);
  });

  test("a quoted message comes with the blocks it had, and marks its lines", async () => {
    const message_blocks = [{ message: { blocks: [said("first\nsecond")] } }];
    const attachment = {
      channel_id: "C000LAUNCH0",
      author_name: "ben",
      text: "first",
      message_blocks,
    };
    expect(await show({ text: "See", attachments: [attachment] })).toBe(
      "See\n> ben\n> first\n> second",
    );
  });
});

test("what looks like an HTML comment is text in Slack", async () => {
  expect(await show({ text: "a &lt;!-- b --&gt; `&lt;!-- c --&gt;`" })).toBe(
    "a <!-- b --> `<!-- c -->`",
  );
});
