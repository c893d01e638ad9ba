// `node browse.ts URL`: signs in as a person would whose browser a program opens.
import { createBrowser } from "../../identity/browser.ts";

const { status, url, text } = await createBrowser().visit(process.argv[2] ?? "");
if (status >= 400) {
  console.error(`${url} answered ${status}: ${text.slice(0, 500)}`);
  process.exitCode = 1;
}
