import { HintError } from "@fairlead/guard";

/** An error about a page or the browser that the caller can do something about. */
export class BrowserError extends HintError {
  override readonly name = "BrowserError";
}

const ended = "The browser went away in the middle of this.";
const tryAgain = "Try again: the next call starts a new browser, in which no page is open.";

/** What the browser says, in the order it is looked for, and what to do about it. */
const known: readonly (readonly [RegExp, string, string])[] = [
  [
    /ERR_TUNNEL_CONNECTION_FAILED/,
    "The server could not be reached.",
    "Check host and port, or try again later.",
  ],
  [
    /ERR_BLOCKED_BY_CLIENT/,
    "This address is not opened here.",
    "Only http and https pages and about:blank are opened.",
  ],
  [
    /ERR_ABORTED/,
    "The page did not load: the address is a download, or the page went elsewhere.",
    "Downloads are refused. Look at the page with puppeteer_snapshot.",
  ],
  [
    /ERR_INTERNET_DISCONNECTED/,
    "The page is offline.",
    'puppeteer_emulate with network "online" ends that.',
  ],
  [
    /ERR_CERT/,
    "The server's certificate is not valid.",
    "The certificate is not accepted. The operator can accept that of a private host with --self-signed-hosts. If the host is named there, call puppeteer_close and try again, which reads its certificate anew.",
  ],
  [
    /ERR_INVALID_AUTH_CREDENTIALS/,
    "The server asks for a name and a password.",
    "Give them in the URL: https://name:password@host/.",
  ],
  [/net::ERR_\w+/, "The page did not load.", "Check the address, or try again later."],
  [/Connection closed|browser has disconnected|Connection is closed/i, ended, tryAgain],
  [
    /Target closed|Session closed|detached Frame|Navigating frame was detached|Target\.\w+\): (?:No target|Session)|Page crashed|Target crashed|Session with given id not found|WebSocket is not open|Execution context (?:was destroyed|is not available)|Cannot find context|Frame was detached/i,
    "The page changed or went away meanwhile.",
    "See puppeteer_tabs, and open it again with puppeteer_navigate if it is gone.",
  ],
  [
    /is not a valid selector|Failed to execute 'querySelector|Unexpected token|Query set to use|SyntaxError: .*selector/i,
    "The selector is not valid CSS.",
    "Use CSS, or a ref such as e12 from puppeteer_snapshot.",
  ],
  [
    /not clickable|not visible|not an Element|Node is detached|does not have a layout object|not an? HTMLElement|No node found|No node with given id|Node with given id does not belong|Could not find node|Element is not|JSHandle is disposed/i,
    "The element is not there to be used: hidden, covered or gone.",
    "Take a new puppeteer_snapshot, or wait with puppeteer_wait_for.",
  ],
  [
    /answer is too long to be read/,
    "The page's answer is too long to be read: more than 100 MB.",
    "Ask for less of it.",
  ],
  [/Cannot focus/, "This element takes no keys.", "Name a field, or leave the selector out."],
  [
    /History entry to navigate to not found/,
    "There is no page to go to in this direction.",
    "Open one with puppeteer_navigate.",
  ],
  [/found in userAgent/, "This is not a valid user agent.", "Use plain characters in one line."],
  [/Unknown key/, "There is no such key.", "Use names such as Enter, Tab, ArrowDown, Control+A."],
  [
    /Maximum call stack/,
    "The page is nested too deeply for this.",
    "Read it with puppeteer_get_text.",
  ],
];

/** A failure of the browser in words a reader can use; any other error as it is. */
export function toBrowserError(error: unknown): unknown {
  if (!(error instanceof Error) || "hint" in error) return error;
  if (error.name === "TimeoutError" || /timed out/i.test(error.message)) {
    const message = `It took too long: ${firstLine(error.message)}`;
    return new BrowserError(message, "Wait for less, or look at what is there.", { cause: error });
  }
  const text =
    error.cause instanceof Error ? `${error.message} ${error.cause.message}` : error.message;
  const found = known.find(([pattern]) => pattern.test(text));
  if (found === undefined) return error;
  const [pattern, message, hint] = found;
  const code = /net::(ERR_\w+)/.exec(text)?.[1] ?? pattern.exec(text)?.[0] ?? "";
  return new BrowserError(`${message} (${code})`, hint, { cause: error });
}

/** What is said of any failure that comes of the browser's end. */
export function browserEnded(cause: unknown): BrowserError {
  return new BrowserError(ended, tryAgain, { cause });
}

/** Runs one piece of work; what the browser says against it comes out in words. */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toBrowserError(error);
  }
}

export function firstLine(text: string): string {
  return text.split("\n", 1)[0]?.slice(0, 300) ?? "";
}
