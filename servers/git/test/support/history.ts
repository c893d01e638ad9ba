import { execFileSync } from "node:child_process";

/** How many commits the main line of a history has, merges included. */
export const commitCount = 3000;

/** The file whose name is not UTF-8, as git quotes it. */
export const latinName = '"caf\\351.txt"';

/**
 * Fills an empty repository with years of work: text that changes and moves, binary files, a link,
 * names of every kind, messages in other encodings, a side branch merged every hundred commits and
 * one left in conflict.
 */
export function importHistory(path: string): void {
  const chunks: Buffer[] = [];
  const write = (...parts: readonly (string | Buffer)[]) => {
    for (const part of parts) chunks.push(Buffer.from(part));
  };
  const data = (content: string | Buffer) => {
    const bytes = Buffer.from(content);
    write(`data ${bytes.length}\n`, bytes, "\n");
  };
  const commit = (
    at: number,
    { branch = "main", message = `commit ${at} ünï`, encoding = "", from = "", merge = "" } = {},
  ) => {
    const who = `Ann <ann${at % 7}@example.org> ${1_600_000_000 + at * 3600} +0200`;
    write(`commit refs/heads/${branch}\nmark :${at}\nauthor ${who}\ncommitter ${who}\n`);
    if (encoding !== "") write(`encoding ${encoding}\n`);
    data(encoding === "" ? message : Buffer.from(message, "latin1"));
    if (from !== "") write(`from ${from}\n`);
    if (merge !== "") write(`merge ${merge}\n`);
  };
  const file = (name: string | Buffer, content: string | Buffer, mode = "100644") => {
    write(`M ${mode} inline `, name, "\n");
    data(content);
  };

  let last = 0;
  for (let at = 1; at <= commitCount; at += 1) {
    const isMerge = at > 100 && at % 100 === 0;
    const side = 100_000 + at;
    if (isMerge) {
      commit(side, { branch: "side", from: `:${last - 50}`, message: `side of ${at}` });
      file(`side/${at}.txt`, `side ${at}\n`);
    }
    const latin = at === 5 ? { encoding: "ISO-8859-1", message: "Größe geändert" } : {};
    commit(at, { ...latin, ...(isMerge && { merge: `:${side}`, message: `Merge side ${at}` }) });
    if (isMerge) file(`side/${at}.txt`, `side ${at}\n`);
    file(
      `src/f${at % 50}.txt`,
      Array.from({ length: 20 }, (_, i) => `${i} ${i === at % 20 ? at : 0}\n`).join(""),
    );
    if (at === 1) {
      file("bin.dat", Buffer.from([0, 1, 2, 255, at]));
      file("link", "src/f1.txt", "120000");
      file("run.sh", "#!/bin/sh\n", "100755");
      file(Buffer.from("caf\xe9.txt", "latin1"), "latin\n");
      file('"dir/a \\"quoted\\" näme\\nwith a line"', "odd\n");
      file("moved.txt", "a\nb\nc\nd\ne\nf\n");
    }
    if (at === 2050) file("bin.dat", Buffer.from([0, 9, 9, 9]));
    if (at === 2051) file(Buffer.from("caf\xe9.txt", "latin1"), "latin\nmore\n");
    if (at === 2550) write("R moved.txt deep/er/there.txt\n");
    last = at;
  }
  commit(200_000, { branch: "conflict", from: `:${last - 1}`, message: "the other way" });
  file("src/f0.txt", "something else\n");
  execFileSync("git", ["fast-import", "--quiet"], { cwd: path, input: Buffer.concat(chunks) });
}
