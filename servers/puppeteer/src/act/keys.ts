import type { KeyInput, Page } from "puppeteer-core";
import { BrowserError } from "../errors.ts";
import type { Clipboard } from "../tab/clipboard.ts";

const modifiers = ["Control", "Shift", "Alt", "Meta"] as const;

const named = [
  ...["Enter", "Tab", "Escape", "Backspace", "Delete", "Insert", "Space", "Home", "End"],
  ...["PageUp", "PageDown", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "ContextMenu"],
  ...["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12"],
];

/**
 * Presses a key, or several at once, joined by a plus sign; copies go to the caller's clipboard.
 * Says what did not happen.
 */
export async function pressKeys(
  page: Page,
  combination: string,
  clipboard: Clipboard,
): Promise<string | undefined> {
  const parts = combination === "+" ? ["+"] : combination.split("+");
  const key = parts.pop() ?? "";
  const held = parts.map((part) => {
    const modifier = modifiers.find((one) => one.toLowerCase() === part.trim().toLowerCase());
    if (modifier === undefined) throw unknownKey(part);
    return modifier;
  });
  const pressed = key.trim() === "" ? key : key.trim();
  if (!isKey(pressed)) throw unknownKey(key);
  const edit = toEdit(held, pressed);
  if (edit === "paste") {
    await clipboard.paste(page);
    return undefined;
  }
  if (edit !== undefined) return clipboard.copy(page, edit);
  for (const modifier of held) await page.keyboard.down(modifier);
  try {
    await page.keyboard.press(pressed);
  } finally {
    for (const modifier of held.reverse()) await page.keyboard.up(modifier);
  }
  return undefined;
}

/** Whether the keys ask for the clipboard. */
function toEdit(
  held: readonly (typeof modifiers)[number][],
  key: string,
): "copy" | "cut" | "paste" | undefined {
  const commands = held.includes("Control") || held.includes("Meta");
  if (key === "Insert") {
    if (held.includes("Shift")) return "paste";
    return commands ? "copy" : undefined;
  }
  if (key === "Delete") return held.includes("Shift") ? "cut" : undefined;
  if (!commands) return undefined;
  const edits = { c: "copy", x: "cut", v: "paste" } as const;
  const letter = key.toLowerCase();
  return letter === "c" || letter === "x" || letter === "v" ? edits[letter] : undefined;
}

function isKey(key: string): key is KeyInput {
  return named.includes(key) || modifiers.some((one) => one === key) || /^[ -~]$/.test(key);
}

function unknownKey(key: string): BrowserError {
  return new BrowserError(
    `There is no key ${JSON.stringify(key)}.`,
    "Use names such as Enter, Tab, ArrowDown, or Control+A.",
  );
}
