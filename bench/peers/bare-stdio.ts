import { answer } from "./bare.ts";

let rest = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (chunk: string) => {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop() ?? "";
  let answers = "";
  for (const line of lines) {
    const text = answer(line);
    if (text !== undefined) answers += `${text}\n`;
  }
  if (answers !== "") process.stdout.write(answers);
});
