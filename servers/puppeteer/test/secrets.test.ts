import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseSecrets } from "../src/tab/secrets.ts";
import { browserTest, visitAlone } from "./support/browser.ts";
import { createSite } from "./support/site.ts";

const value = 'p@ss & "w<rd" 42%';

async function secretsFile(...lines: readonly string[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-secrets-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, "secrets.env");
  await writeFile(path, `# a comment\n\n${lines.join("\n")}\n`);
  return path;
}

browserTest("a secret is typed by its name and comes back in no answer", async () => {
  const page = `<title>Login</title><form action="/in"><button hidden>x</button><input id="u"><input id="p" name="p" oninput="echo.textContent = value; console.log(value); document.title = value"></form><p id="echo"></p>`;
  const sent: string[] = [];
  const { call, refused, client, site } = await visitAlone(
    {
      "/": page,
      "/in": (request, response) => {
        sent.push(request.url ?? "");
        response.end(`<p>${request.url}</p>`);
      },
    },
    { secrets: await secretsFile(`PASSWORD=${value}`) },
  );
  await call("navigate", { url: site.origin });
  const answers = [
    await call("fill", { selector: "#p", value: "{{PASSWORD}}", include_snapshot: true }),
    await call("evaluate", { script: "p.value" }),
    await call("evaluate", { script: "btoa(p.value)" }),
    await call("evaluate", { script: "({ [p.value]: [p.value, encodeURIComponent(p.value)] })" }),
    await call("snapshot"),
    await call("find", { text: "p@ss" }),
    await call("get_text"),
    await call("get_text", { format: "text" }),
    await call("console_messages"),
    await call("tabs"),
  ];
  answers.push(
    await refused("evaluate", { script: "throw new Error(p.value)" }),
    await call("evaluate", { script: "console.log('x'.repeat(990) + p.value)" }),
    await call("evaluate", { script: "document.title = 'x'.repeat(190) + p.value" }),
    await call("evaluate", { script: "fetch('/?' + 'x'.repeat(475) + p.value); 1" }),
    await call("evaluate", { script: "echo.textContent = [...p.value].join('\\u200b')" }),
    await call("snapshot"),
    await call("tabs"),
    await call("get_text"),
    await call("evaluate", { script: "setTimeout(() => alert(p.value)); 1" }),
    await refused("snapshot"),
    await call("handle_dialog", { accept: true }),
  );
  expect(await call("evaluate", { script: `p.value === ${JSON.stringify(value)}` })).toContain(
    "true",
  );
  expect(await call("evaluate", { script: "getComputedStyle(p).webkitTextSecurity" })).toContain(
    "disc",
  );
  answers.push(await call("press_key", { selector: "#p", key: "Enter" }));
  expect(sent).toHaveLength(1);
  answers.push(
    await call("network_requests"),
    await call("network_request", { id: "r2" }),
    await call("console_messages"),
    JSON.stringify(await client.request("resources/read", { uri: "console://logs" })),
  );
  for (const answer of answers) {
    for (const form of [value, encodeURIComponent(value), btoa(value), "p@s", "w<rd", "p%40s"]) {
      expect(answer).not.toContain(form);
    }
  }
  expect(answers.join("\n")).toContain("[secret]");
});

browserTest(
  "a secret that a page sends as method and header name is shown in neither",
  async () => {
    const { call, site } = await visitAlone(
      { "/": "<input id=p>" },
      { secrets: await secretsFile("TOKEN=abcd1234efgh") },
    );
    await call("navigate", { url: site.origin });
    await call("fill", { selector: "#p", value: "{{TOKEN}}" });
    const script =
      "fetch('/', { method: p.value, headers: { [p.value]: 'x' } }).then(() => 1, () => 0)";
    await call("evaluate", { script });
    const [, id] = /(r\d+) \[secret\] /.exec(await call("network_requests")) ?? [];
    const shown = await call("network_request", { id });
    expect(shown).toContain('"method": "[secret]"');
    expect(shown).toContain('"[secret]": "x"');
    expect(shown).not.toContain("abcd1234efgh");
  },
);

browserTest("a secret of one host is not typed into a page of another", async () => {
  const { call, refused, site } = await visitAlone(
    { "/": "<input id=p>" },
    { secrets: await secretsFile("TOKEN@bank.example=12345678", "LOCAL@localhost=abcdefgh") },
  );
  await call("navigate", { url: site.origin });
  expect(await refused("fill", { selector: "#p", value: "{{TOKEN}}" })).toContain(
    "belongs to bank.example",
  );
  expect(await call("evaluate", { script: "p.value" })).toContain('""');
  await call("fill", { selector: "#p", value: "{{LOCAL}} and {{OTHER}}" });
  expect(await call("evaluate", { script: "p.value" })).toContain("[secret] and {{OTHER}}");
});

browserTest("a page that lies about where it is gets no secret of another host", async () => {
  const { call, refused, site } = await visitAlone(
    {
      "/": `<input id=p><script>
const lie = { href: "http://bank.example/", hostname: "bank.example", host: "bank.example" };
for (const of of [p, Node.prototype]) {
  Object.defineProperty(of, "ownerDocument", { get: () => ({ location: lie, URL: lie.href }) });
}
</script>`,
    },
    { secrets: await secretsFile("TOKEN@bank.example=12345678") },
  );
  await call("navigate", { url: site.origin });
  expect(await refused("fill", { selector: "#p", value: "{{TOKEN}}" })).toContain(
    "belongs to bank.example",
  );
  expect(await call("evaluate", { script: "p.value" })).toContain('""');
});

browserTest("a page around a frame cannot take over what is typed into the frame", async () => {
  const frame = await createSite({ "/": "<input aria-label=Key>" });
  onTestFinished(() => frame.close());
  const { call, site } = await visitAlone(
    {
      // As soon as the frame has the focus, the page around it takes it back.
      "/": `<input id=trap><iframe src="http://127.0.0.1:${frame.port}/"></iframe>
<script>addEventListener("blur", () => { setInterval(() => { window.focus(); trap.focus(); }, 0); });</script>`,
    },
    {
      secrets: await secretsFile("TOKEN@127.0.0.1=12345678"),
      allowHosts: ["localhost", "127.0.0.1"],
    },
  );
  await call("navigate", { url: site.origin });
  const [, key] = /textbox "Key".*\[(e\d+)\]/.exec(await call("snapshot")) ?? [];
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await call("fill", { selector: key, value: "{{TOKEN}}" });
    expect(await call("evaluate", { script: "trap.value.length" })).toContain("result:\n0");
  }
  expect(await call("snapshot")).toContain('textbox "Key" value="[secret]"');
});

browserTest("a secret of one host is not carried to another by copy and paste", async () => {
  const { call, refused, site } = await visitAlone(
    { "/": "<input id=p><div id=d contenteditable></div>" },
    {
      secrets: await secretsFile("LOCAL@localhost=abcd&efgh", "ANY=12345678"),
      allowHosts: ["localhost", "127.0.0.1"],
    },
  );
  const value = async () => call("evaluate", { script: "p.value + d.textContent" });
  const copy = async (text: string) => {
    await call("navigate", { url: site.origin });
    await call("fill", { selector: "#p", value: text });
    await call("press_key", { selector: "#p", key: "Control+A" });
    await call("press_key", { key: "Control+C" });
    await call("navigate", { url: `http://127.0.0.1:${site.port}` });
  };
  await copy("before {{LOCAL}} after");
  for (const selector of ["#p", "#d"]) {
    expect(await refused("press_key", { selector, key: "Control+V" })).toContain(
      "The secret LOCAL belongs to localhost",
    );
  }
  expect(await value()).toContain('""');
  await copy("{{ANY}}");
  await call("press_key", { selector: "#p", key: "Control+V" });
  expect(await value()).toContain('"[secret]"');
});

browserTest(
  "a secret that is cut off, wherever the cut is, is shown nowhere by halves",
  async () => {
    const words = "correct-horse-battery";
    const long = Array.from({ length: 300 }, (_, at) => `part${at}`).join("-");
    for (const secret of [words, long]) {
      const { call, refused, site } = await visitAlone(
        { "/": "<button id=b>Buy</button><div id=over style='position:fixed;inset:0'></div>" },
        { secrets: await secretsFile(`ONE=${secret}`) },
      );
      await call("navigate", { url: site.origin });
      const [, start = secret] = /^(.{7})/.exec(secret) ?? [];
      const end = secret.slice(-7);
      const answers: string[] = [];
      const say = async (script: string) =>
        call("evaluate", { script: `{ const secret = ${JSON.stringify(secret)}; ${script} } 1` });
      await say(`for (let at = 370; at < 420; at += 2) {
  const field = document.createElement("textarea");
  field.value = " ".repeat(at) + secret;
  document.body.append(field, Object.assign(document.createElement("p"), { textContent: "a".repeat(at - 300) + secret }));
}`);
      answers.push(await call("snapshot"), await call("find", { text: "textbox" }));
      for (let at = 60; at < 82; at += 4) {
        await say(`over.textContent = "a".repeat(${at}) + secret`);
        answers.push(await refused("click", { selector: "#b" }));
      }
      await say(`for (let at = 20; at < 50; at += 3) {
  const text = "a".repeat(at) + secret + "b".repeat(100);
  const other = "a".repeat(100) + secret + "b".repeat(at);
  console.log({ text }, [other], new Map([[text, other]]), { deep: { text: [other] } });
}`);
      answers.push(await call("console_messages"));
      for (const answer of answers) {
        expect(answer).not.toContain(start);
        expect(answer).not.toContain(end);
      }
    }
  },
);

describe("the file of secrets", () => {
  test("takes quotes, and names the line that is wrong without showing it", () => {
    expect(parseSecrets('A="quoted value"').reveal("{{A}}", "http://a/").text).toBe("quoted value");
    expect(() => parseSecrets("A=abcdef\nnot a line of secrets")).toThrow("Line 2");
    expect(() => parseSecrets("A=abc")).toThrow("shorter than 4");
    expect(() => parseSecrets("hunter2hunter2")).not.toThrow("hunter2");
  });
});
