import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Node, plant } from "./tree.ts";

/** Two trees alike, one that both servers see, and one more allowed directory for each. */
export interface Trees {
  readonly top: string;
  readonly ours: string;
  readonly reference: string;
  readonly shared: string;
  readonly extra: string;
}

const many = Array.from({ length: 300 }, (_, i) => `line ${i + 1} ${"x".repeat(i % 50)}`);
const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

const nodes: Readonly<Record<string, Node>> = {
  "plain.txt": "alpha\nbeta\ngamma\n",
  "no-newline.txt": "alpha\nbeta",
  "empty.txt": "",
  "blank.txt": "\n\n\n",
  "crlf.txt": "one\r\ntwo\r\nthree\r\n",
  "many.txt": `${many.join("\n")}\n`,
  "long-line.txt": `${"y".repeat(5000)}\nshort\n`,
  "unicode.txt": "Grüße, 世界 👋\nzweite Zeile\n",
  "dollar.txt": "cost: PRICE\n",
  "fence.txt": "before\n```js\ncode\n```\nafter\n",
  "code.ts":
    "export function sum(a: number, b: number) {\n    const total = a + b;\n    if (total > 10) {\n        return 10;\n    }\n    return total;\n}\n",
  "repeated.txt": "same\nother\nsame\n",
  "script.sh": "#!/bin/sh\necho hi\n",
  "name with spaces.txt": "spaced\n",
  "brackets[1].txt": "bracket\n",
  ".hidden": "hidden\n",
  "Caf\u00e9.txt": "composed\n",
  "image.png": pixel,
  "sound.mp3": Buffer.from("ID3\u0003fake"),
  "drawing.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>\n",
  "data.bin": Buffer.from([0, 1, 2, 253, 254, 255]),
  "dir/inner.txt": "inner\n",
  "dir/deep/deeper/leaf.md": "# leaf\n",
  "dir/deep/deeper/leaf.ts": "export {};\n",
  "dir/.config/settings.json": "{}\n",
  "dir/node_modules/pkg/index.js": "1\n",
  "empty-dir": null,
  "big/a.txt": "a".repeat(1500),
  "big/b.txt": "b".repeat(3 * 1024 * 1024),
  "big/c.txt": "c",
  "link-in": { link: "dir" },
  "link-file": { link: "plain.txt" },
  "link-dangling": { link: "nowhere" },
  "differs-out": { link: "/etc/hostname" },
  "differs-bom.txt": "\ufeffmarked\nsecond\n",
  "differs-latin.txt": Buffer.from("caf\u00e9\n", "latin1"),
  "differs-repeated.txt": "same\nother\nsame\n",
  "differs-.git/config": "[core]\n",
  "differs/.git/config": "[core]\n",
  "differs/.env": "SECRET=1\n",
  "differs/link": { link: "target.txt" },
  "differs/target.txt": "target\n",
  "differs-long.txt": "0123456789abcdef\n".repeat(10_000),
  "differs-large.png": Buffer.alloc(1_200_000, 1),
};

export async function sameTrees(): Promise<Trees> {
  const top = await realpath(await mkdtemp(join(tmpdir(), "fairlead-parity-")));
  const [ours, reference] = [join(top, "ours"), join(top, "reference")];
  const [shared, extra] = [join(top, "shared"), join(top, "extra")];
  await Promise.all([plant(ours, nodes), plant(reference, nodes), plant(shared, nodes)]);
  const links = { ours: { link: "real-ours" }, reference: { link: "real-reference" } };
  await mkdir(extra);
  await plant(extra, { "real-ours": null, "real-reference": null, ...links });
  for (const tree of [ours, reference, shared]) {
    await plant(tree, { "script.sh": { mode: 0o755 }, "plain.txt": { mode: 0o640 } });
  }
  return { top, ours, reference, shared, extra };
}

export function removeTrees({ top }: Trees): Promise<void> {
  return rm(top, { recursive: true, force: true });
}
