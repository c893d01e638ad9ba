import type { KeyInput, Page } from "puppeteer-core";
import { BrowserError } from "./errors.ts";

const modifiers = ["Control", "Shift", "Alt", "Meta"] as const;

const named = [
  ...["Enter", "Tab", "Escape", "Backspace", "Delete", "Insert", "Space", "Home", "End"],
  ...["PageUp", "PageDown", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "ContextMenu"],
  ...["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12"],
];

/** Presses a key, or several at once, joined by a plus sign. */
export async function pressKeys(page: Page, combination: string): Promise<void> {
  const parts = combination === "+" ? ["+"] : combination.split("+");
  const key = parts.pop() ?? "";
  const held = parts.map((part) => {
    const modifier = modifiers.find((one) => one.toLowerCase() === part.trim().toLowerCase());
    if (modifier === undefined) throw unknownKey(part);
    return modifier;
  });
  const pressed = key.trim() === "" ? key : key.trim();
  if (!isKey(pressed)) throw unknownKey(key);
  if (isPaste(held, pressed)) {
    throw new BrowserError(
      "Pasting is refused: all callers of this browser share one clipboard.",
      "Type it with puppeteer_fill.",
    );
  }
  for (const modifier of held) await page.keyboard.down(modifier);
  try {
    await page.keyboard.press(pressed);
  } finally {
    for (const modifier of held.reverse()) await page.keyboard.up(modifier);
  }
}

function isPaste(held: readonly (typeof modifiers)[number][], key: string): boolean {
  if (key === "Insert") return held.includes("Shift");
  return key.toLowerCase() === "v" && (held.includes("Control") || held.includes("Meta"));
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
